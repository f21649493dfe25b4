"""Reviewing on the stage: the forms of a difference's page, sent as its reader would."""

from __future__ import annotations

from django.urls import reverse

from diffs.models import Difference
from tests.rollouts.views.fields import Page

QUEUE = "/differences/"
HOSTILE = 'x"><script>alert(1)</script>\N{RIGHT-TO-LEFT OVERRIDE}\N{ZERO WIDTH SPACE}'


def path(one: Difference) -> str:
    return reverse("difference", args=[one.pk])


def form_to(client, one, name, action="difference-verdict"):
    """Return the form of a verdict as its page gives it."""
    forms = [form for form in Page(client, path(one)).forms if form.leads_to == action]
    (form,) = [form for form in forms if form.fields.get("verdict") in {name, None}]
    return {key: value for key, value in form.fields.items() if key not in {"scope", "held_out"}}


def say(client, one, name, **typed):
    sent = {**form_to(client, one, name), "reason": "it is what it is", "scope": "all", **typed}
    return client.post(reverse("difference-verdict", args=[one.pk]), sent)
