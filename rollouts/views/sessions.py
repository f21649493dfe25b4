"""Signing in and out."""

from __future__ import annotations

from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import reverse

from rollouts.views.parameters import own_path


class SignIn(LoginView):
    """Django's sign-in; in the demo it also offers the demo's people."""

    redirect_authenticated_user = True

    def get_redirect_url(self) -> str:  # type: ignore[override]  # stubs of another Django
        """Return the page that was asked for; "" without one, and for the way in itself."""
        path = own_path(super().get_redirect_url())
        return "" if urlsplit(path).path == self.request.path else path

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401
        """Add the people whom one click signs in, where there are any."""
        context = super().get_context_data(**kwargs)
        if settings.DEMO:
            people = import_module("demo.people").PEOPLE
            context["demo_people"] = [
                {
                    "username": person.username,
                    "role": person.role,
                    "sentence": person.sentence,
                    "url": reverse("demo-sign-in", args=[person.username]),
                }
                for person in people
            ]
        return context


sign_in = SignIn.as_view()
sign_out = LogoutView.as_view()
