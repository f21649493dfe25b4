"""What people fill in to request, approve, reject, withdraw and roll back.

The operations check again what must hold. Fields that nobody types say what the person saw: the
signed evidence, the nonce that makes a form sent twice one request, the step.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

from rollouts.evidence import Document
from rollouts.forms import PageForm, reason_field, visible
from rollouts.machine import MODE_STEPS, Kind, Mode
from rollouts.operations.check_password import SignInRefused
from rollouts.operations.request_promotion import Request
from rollouts.operations.roll_back import WayBack
from rollouts.reasons import LONGEST

TYPE_NAME = "Type {}, the name of the tier, as it is written."
MOST_NAMED = 2_000
UPS = [(new.value, new.value) for (_, new), step in MODE_STEPS.items() if step.kind == "promotion"]
BACKS = [(mode.value, mode.value) for mode in (Mode.SHADOW, Mode.OFF)]
UNTYPED = {"shown", "request_key", "from_mode", "to_mode"}
"""Fields that nobody types: a form that lacks one did not come from the page as it is."""


def nonce_field() -> forms.CharField:
    """Return the field of the nonce."""
    return forms.CharField(
        validators=[RegexValidator(r"\A[0-9a-f]{32}\Z")], widget=forms.HiddenInput
    )


def is_step_up(old: Mode, new: Mode) -> bool:
    """Say whether a promotion leads from one mode to the other."""
    step = MODE_STEPS.get((old, new))
    return step is not None and step.kind == Kind.PROMOTION


def fresh_nonce() -> str:
    """Return a nonce for one form."""
    return secrets.token_hex(16)


class ConfirmedForm(PageForm):
    """A form of the risky direction: the person types the name of the tier, or of what it is."""

    asks: ClassVar[str] = TYPE_NAME

    shown = forms.CharField(widget=forms.HiddenInput, strip=False)
    confirm = forms.CharField(
        label="Name of the tier",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off"}),
    )

    def __init__(self, *args: Any, tier_name: str, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.tier_name = tier_name
        self.fields["confirm"].error_messages["required"] = self.asks.format(tier_name)

    def clean_confirm(self) -> str:
        """Return the name that was typed.

        Errors
            ValidationError     it is not that of the tier
        """
        typed: str = self.cleaned_data["confirm"]
        if typed != self.tier_name:
            raise ValidationError(self.asks.format(self.tier_name))
        return typed


class ChoiceForm(PageForm):
    """Some targets of a tier, of which a person wants to see what moving them would change."""

    name = "choice"

    to_mode = forms.TypedChoiceField(choices=UPS, coerce=Mode)
    named = forms.TypedMultipleChoiceField(coerce=int)

    def __init__(self, *args: Any, members: Collection[int] = (), **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.fields["named"].choices = [(pk, str(pk)) for pk in members]  # type: ignore[attr-defined]


class RequestForm(ConfirmedForm):
    """Ask for targets of a tier to be moved one mode on."""

    name = "request"

    from_mode = forms.TypedChoiceField(
        choices=[(mode.value, mode.value) for mode in Mode], coerce=Mode, widget=forms.HiddenInput
    )
    to_mode = forms.TypedChoiceField(choices=UPS, coerce=Mode, widget=forms.HiddenInput)
    request_key = nonce_field()
    reason = reason_field("Reason", "clean since Monday, announced in #infra")
    named = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, *args: Any, members: Collection[int] = (), **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.fields["named"].choices = [(pk, str(pk)) for pk in members]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Return what was filled in.

        Errors
            ValidationError     no step leads from the one mode to the other
        """
        cleaned = super().clean() or {}
        if not self.errors and not is_step_up(cleaned["from_mode"], cleaned["to_mode"]):
            self.add_error("to_mode", "No step leads there.")
        return cleaned

    def request(self, shown: Document) -> Request:
        """Return what is asked for, on the evidence that the form carried."""
        data = self.cleaned_data
        return Request(
            from_mode=data["from_mode"],
            to_mode=data["to_mode"],
            shown=shown,
            request_key=data["request_key"],
            reason=data["reason"],
            named=set(data["named"]) or None,
        )


class ApproveForm(ConfirmedForm):
    """Approve a promotion; with the password again where it was given too long ago."""

    name = "approve"

    password = forms.CharField(
        label="Your password",
        strip=False,
        max_length=4_096,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Give your password again: it was asked for too long ago."},
    )

    def __init__(  # passes on what Django takes
        self,
        *args: Any,  # noqa: ANN401
        is_own: Callable[[str], bool] | None = None,
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(*args, **kwargs)
        self.is_own = is_own
        if is_own is None:
            del self.fields["password"]

    def clean(self) -> dict[str, Any]:
        """Return what was filled in; the password is tried last, when all else is right.

        Errors
            ValidationError     it is not the password of who is signed in, or not tried at all
        """
        cleaned = super().clean() or {}
        if self.errors or self.is_own is None:
            return cleaned
        try:
            is_own = self.is_own(cleaned["password"])
        except SignInRefused as refusal:
            raise ValidationError({"password": str(refusal)}) from None
        if not is_own:
            raise ValidationError({"password": "That is not your password."})
        return cleaned


class RejectForm(PageForm):
    """Say no to a promotion."""

    name = "reject"

    reason = reason_field("Why not", "wait until the release is out")


class WithdrawForm(PageForm):
    """Take one's own request back."""

    name = "withdraw"

    reason = forms.CharField(
        label="Why",
        required=False,
        validators=[visible],
        widget=forms.TextInput(
            attrs={"placeholder": "asked for the wrong tier", "maxlength": LONGEST}
        ),
    )


class RollBackForm(PageForm):
    """Take a tier back to a safer mode."""

    name = "roll-back"

    to_mode = forms.TypedChoiceField(choices=BACKS, coerce=Mode, widget=forms.HiddenInput)
    request_key = nonce_field()
    reason = reason_field("Reason", "error rate rose after the switch")

    def way(self) -> WayBack:
        """Return what is asked for."""
        data = self.cleaned_data
        return WayBack(data["to_mode"], data["reason"], data["request_key"])
