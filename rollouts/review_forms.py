"""What people fill in to say of a difference what it is; the operations check again what must hold.

Fields that nobody types say what the person saw: which variants, and the nonce that makes a form
sent twice one review.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from diffs.verdicts import Verdict
from rollouts.forms import PageForm, reason_field
from rollouts.operations.give_verdict import Saying
from rollouts.operations.hold_out_target import HoldOut
from rollouts.promotion_forms import nonce_field
from rollouts.reasons import LONGEST_COMMENT, comment_fault
from rollouts.seen_variants import LONGEST as LONGEST_SEEN
from rollouts.seen_variants import NotSeen, SeenVariants, read_seen

DAYS = [("7", "7 days"), ("14", "14 days"), ("30", "30 days"), ("60", "60 days"), ("90", "90 days")]
UNTYPED = {"seen", "request_key", "version", "review", "is_held_out", "target"}
"""Fields that nobody types: a form that lacks one did not come from the page as it is."""


class SeenForm(PageForm):
    """A form about the variants that its page showed."""

    seen = forms.CharField(
        required=False, max_length=LONGEST_SEEN, widget=forms.HiddenInput, strip=False
    )
    request_key = nonce_field()

    def clean_seen(self) -> SeenVariants:
        """Return the variants that the page showed.

        Errors
            ValidationError     the text is none of ours
        """
        try:
            return read_seen(self.cleaned_data["seen"])
        except NotSeen as fault:
            raise ValidationError(str(fault)) from None


class VerdictForm(SeenForm):
    """Say what a difference is: of all that is there, or of the variant that is shown."""

    verdict: ClassVar[Verdict]

    reason = reason_field("Reason", "routesrv 0.27.65 renews every flow id, OPS-123")
    scope = forms.RegexField(r"\A(?:all|[1-9][0-9]{0,17})\Z", required=False)

    def __init__(
        self,
        *args: Any,  # noqa: ANN401  (Django's own)
        people: Sequence[User] = (),
        places: Sequence[tuple[str, str]] = (),
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(*args, **kwargs)
        self.people: Mapping[str, User] = {one.get_username(): one for one in people}
        if "owner" in self.fields:
            names = [(name, name) for name in self.people]
            empty = [] if self.fields["owner"].required else [("", "nobody yet")]
            self.fields["owner"].choices = [*empty, *names]  # type: ignore[attr-defined]
        if "held_out" in self.fields:
            self.fields["held_out"].choices = places  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Return what was filled in.

        Errors
            ValidationError     there are many, and the person did not say whether they mean all
        """
        cleaned = super().clean() or {}
        seen = cleaned.get("seen")
        if isinstance(seen, SeenVariants) and len(seen) > 1 and not cleaned.get("scope"):
            self.add_error(
                "scope", f"Say whether you mean all {len(seen):,} variants, or only the one shown."
            )
        return cleaned

    def saying(self, now: datetime) -> Saying:
        """Return what is said."""
        data = self.cleaned_data
        days, scope = data.get("days"), data["scope"]
        return Saying(
            verdict=self.verdict,
            reason=data["reason"],
            seen=data["seen"],
            request_key=data["request_key"],
            variant=None if scope in {"", "all"} else int(scope),
            held_out=tuple(sorted(data.get("held_out") or ())),
            until=now + timedelta(days=int(days)) if days else None,
            owner=self.people.get(data.get("owner", "")),
        )


class BugForm(VerdictForm):
    """It is a bug: it blocks, and somebody may see to it."""

    name = "bug"
    verdict = Verdict.BUG

    owner = forms.ChoiceField(label="Owner", required=False)


class ExpectedForm(VerdictForm):
    """It is meant to be so, up to a date."""

    name = "expected"
    verdict = Verdict.EXPECTED

    days = forms.ChoiceField(label="For", choices=DAYS, initial="14")
    owner = forms.ChoiceField(
        label="Owner", error_messages={"required": "Name an owner, who sees to it that it ends."}
    )
    held_out = forms.MultipleChoiceField(required=False)


class NoiseForm(VerdictForm):
    """It says nothing: a rule is to hide it. Until one does, it stays open."""

    name = "noise"
    verdict = Verdict.NOISE


VERDICT_FORMS: dict[str, type[VerdictForm]] = {
    form.name: form for form in (BugForm, ExpectedForm, NoiseForm)
}


class ReviewForm(PageForm):
    """Agree with a review, or undo it."""

    name = "review"

    review = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class HoldOutForm(SeenForm):
    """Hold a target out of what was said, or let it hold there again."""

    name = "hold-out"

    target = forms.CharField(max_length=200, widget=forms.HiddenInput)
    is_held_out = forms.TypedChoiceField(
        choices=[("yes", "yes"), ("no", "no")],
        coerce=lambda word: word == "yes",
        widget=forms.HiddenInput,
    )

    def asked(self) -> HoldOut:
        """Return what is asked for."""
        data = self.cleaned_data
        return HoldOut(data["target"], data["is_held_out"], data["seen"], data["request_key"])


class OwnerForm(PageForm):
    """Say who sees to it."""

    name = "owner"

    version = forms.IntegerField(widget=forms.HiddenInput)
    owner = forms.ChoiceField(label="Owner", required=False)

    def __init__(self, *args: Any, people: Sequence[User] = (), **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.people: Mapping[str, User] = {one.get_username(): one for one in people}
        choices = [("", "nobody"), *((name, name) for name in self.people)]
        self.fields["owner"].choices = choices  # type: ignore[attr-defined]

    def chosen(self) -> User | None:
        """Return who it is."""
        return self.people.get(self.cleaned_data["owner"])


def _readable(text: str) -> None:
    if fault := comment_fault(text):
        raise ValidationError(fault)


class CommentForm(PageForm):
    """Tell the next reader something."""

    name = "comment"

    text = forms.CharField(
        label="Comment",
        error_messages={"required": comment_fault("")},
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST_COMMENT}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  (Django's own)
        super().__init__(*args, **kwargs)
        self.fields["text"].validators = [_readable]  # alone: Django's own say the same again
