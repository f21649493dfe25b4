"""Signing in and out."""

from __future__ import annotations

from http import HTTPStatus
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import reverse

from ledger.clock import database_now
from rollouts.operations.check_password import SignInRefused, check_password
from rollouts.views.client_address import client_address
from rollouts.views.parameters import own_path
from rollouts.views.reauthentication import note_password


class SignInForm(AuthenticationForm):
    """Name and password, checked as often as may be tried."""

    refusal: SignInRefused | None = None

    def clean(self) -> dict[str, Any]:
        """Find the person; a wrong name and a wrong password are one answer."""
        username = self.cleaned_data.get("username")
        password = self.cleaned_data.get("password")
        if self.request is None or username is None or not password:
            return self.cleaned_data
        try:
            self.user_cache = check_password(
                username,
                password,
                request=self.request,
                address=client_address(self.request),
                now=database_now(),
            )
        except SignInRefused as refusal:
            self.refusal = refusal
            raise ValidationError(str(refusal), code="too_many") from None
        if self.user_cache is None:
            raise self.get_invalid_login_error()
        return self.cleaned_data


class SignIn(LoginView):
    """Django's sign-in; in the demo it also offers the demo's people."""

    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Sign the person in, and remember when the password was given."""
        response = super().form_valid(form)
        note_password(self.request, database_now())
        return response

    def form_invalid(self, form: SignInForm) -> HttpResponse:  # type: ignore[override]
        """Answer with the form and its words; 429 where the password was not even checked."""
        response = super().form_invalid(form)
        if form.refusal:
            response.status_code = HTTPStatus.TOO_MANY_REQUESTS
            response["Retry-After"] = str(form.refusal.seconds)
        return response

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
