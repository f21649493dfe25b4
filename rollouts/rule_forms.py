"""What people fill in to write a rule, agree to it, and end it.

A rule's kind says which fields there are; each option is one line of text, a pattern has its syntax
beside it. What is typed is read by the same reader that reads stored rules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from diffs.rules.kind import RuleKind
from diffs.rules.kinds import KINDS
from diffs.rules.options import LONGEST_TEXT, BadRule, options_of
from diffs.rules.patterns import Syntax
from diffs.rules.rule import LABELS, read_rule
from rollouts.forms import PageForm, reason_field
from rollouts.promotion_forms import ApproveForm, nonce_field

DAYS = [("7", "7 days"), ("30", "30 days"), ("90", "90 days"), ("180", "180 days")]
SYNTAXES = [
    (Syntax.LITERAL.value, "exactly"),
    (Syntax.GLOB.value, "glob, with * and ?"),
    (Syntax.RE2.value, "RE2 expression"),
]
SIDES = {"legacy": "the legacy side", "shadow": "the shadow side", "both": "both sides"}
ROUTE = "route"


def option_field(name: str) -> str:
    """Return the name of the field of an option."""
    return f"option-{name}"


def syntax_field(name: str) -> str:
    """Return the name of the field that says how a pattern is written."""
    return f"{name}-syntax"


class RuleForm(PageForm):
    """Write a rule of one kind."""

    name = "rule"

    kind = forms.ChoiceField(choices=[(name, name) for name in KINDS], widget=forms.HiddenInput)
    request_key = nonce_field()
    made_from = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    replaces = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    reason = reason_field("Why does this say nothing?", "Skipper keeps the last one when it loads")
    owner = forms.ModelChoiceField(
        label="Owner",
        queryset=User.objects.none(),
        help_text="Who looks after it until it expires.",
    )
    days = forms.ChoiceField(label="Expires in", choices=DAYS, initial="90")

    def __init__(self, *args: Any, kind: str, rollouts: Sequence[str], **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.rule_kind: type[RuleKind] = KINDS[kind]
        people = User.objects.filter(is_active=True, grants__isnull=False)
        self.fields["owner"].queryset = people.distinct().order_by("username")  # type: ignore[attr-defined]
        if self.rule_kind.sides:
            choices = [(side.value, SIDES[side.value]) for side in self.rule_kind.sides]
            self.fields["side"] = forms.ChoiceField(label="Side", choices=choices)
        self._add_options()
        self._add_scope(rollouts)

    def _add_options(self) -> None:
        for name, each in options_of(self.rule_kind).items():
            reader = each.metadata["reader"]
            is_pattern = isinstance(reader.example, dict)
            if is_pattern:
                self._add_pattern(option_field(name), name.capitalize(), each.metadata["says"])
                continue
            default = None if each.default is MISSING else _line(reader.plain(each.default))
            self.fields[option_field(name)] = forms.CharField(
                label=name.capitalize(),
                initial=default,
                help_text=each.metadata["says"],
                max_length=LONGEST_TEXT,
                strip=False,
                widget=forms.TextInput(
                    attrs={"placeholder": _line(reader.example), "autocomplete": "off"}
                ),
            )

    def _add_pattern(self, name: str, label: str, says: str, *, required: bool = True) -> None:
        self.fields[name] = forms.CharField(
            label=label, help_text=says, required=required, max_length=LONGEST_TEXT,
            widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "kubeew_*"}),
        )  # fmt: skip
        self.fields[syntax_field(name)] = forms.ChoiceField(
            label="How it is written", choices=SYNTAXES, initial=Syntax.GLOB.value
        )

    def _add_scope(self, rollouts: Sequence[str]) -> None:
        choices = [("", "every rollout"), *((key, key) for key in rollouts)]
        self.fields["rollout"] = forms.ChoiceField(label="Rollout", required=False, choices=choices)
        for name, says in (
            ("tier", "Empty: every tier."),
            ("target", "Its key. Empty: every target."),
        ):
            self.fields[name] = forms.CharField(
                label=name.capitalize(), required=False, max_length=200, help_text=says
            )
        self._add_pattern(ROUTE, "Routes", "By their ids. Empty: every route.", required=False)

    def clean(self) -> dict[str, Any]:
        """Return what was filled in, with the rule that it says as `content`.

        Errors
            ValidationError     at the field of the option that cannot be read
        """
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        content = self._content(cleaned)
        try:
            cleaned["content"] = read_rule("rule", content).as_dict()
        except BadRule as error:
            field = next(
                (
                    name
                    for name in (option_field(error.option), error.option)
                    if name in self.fields
                ),
                None,
            )
            raise ValidationError(
                {field: [f"{error.problem}; {error.mend}"]} if field else str(error)
            ) from None
        return cleaned

    def _content(self, cleaned: Mapping[str, Any]) -> dict[str, object]:
        """Return what was typed as JSON of a rule."""
        options: dict[str, object] = {}
        for name, each in options_of(self.rule_kind).items():
            typed = cleaned[option_field(name)]
            example = each.metadata["reader"].example
            if isinstance(example, dict):
                options[name] = {cleaned[syntax_field(option_field(name))]: typed}
            elif isinstance(example, list):
                options[name] = [word.strip() for word in typed.split(",") if word.strip()]
            else:
                options[name] = typed
        scope: dict[str, object] = {name: cleaned[name] for name in LABELS if cleaned[name]}
        if cleaned[ROUTE]:
            scope[ROUTE] = {cleaned[syntax_field(ROUTE)]: cleaned[ROUTE]}
        side = {"side": cleaned["side"]} if "side" in self.fields else {}
        return {"kind": self.rule_kind.name, "options": options, "scope": scope, **side}

    def expires_at(self, now: datetime) -> datetime:
        """Return up to when it is to hold."""
        return now + timedelta(days=int(self.cleaned_data["days"]))

    @property
    def option_fields(self) -> list[forms.BoundField]:
        """Return the fields of what the rule does."""
        names = [name for name in self.fields if name.startswith("option-")]
        return [self[name] for name in ["side", *names] if name in self.fields]

    @property
    def scope_fields(self) -> list[forms.BoundField]:
        """Return the fields of where it holds."""
        return [self[name] for name in (*LABELS, ROUTE, syntax_field(ROUTE))]


def initial_of(content: Mapping[str, Any]) -> dict[str, object]:
    """Return what the form is filled with to say a rule that there is."""
    initial: dict[str, object] = {"kind": content["kind"], "side": content.get("side", "")}
    for name, value in content.get("options", {}).items():
        _fill(initial, option_field(name), value)
    for name, value in content.get("scope", {}).items():
        _fill(initial, name, value)
    return initial


def _fill(initial: dict[str, object], name: str, value: object) -> None:
    if isinstance(value, dict):
        ((initial[syntax_field(name)], initial[name]),) = value.items()
    else:
        initial[name] = _line(value)


def _line(value: object) -> str:
    """Return a value of an option as it is typed."""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


class RetireForm(PageForm):
    """End an active rule."""

    name = "retire"

    reason = reason_field("Why", "the new version of Skipper does it too")


class ActivateForm(ApproveForm):
    """Agree to a rule on the preview that the page showed; its name is typed."""

    name = "activate"
    asks = "Type {}, the name of the rule, as it is written."

    shown = None  # type: ignore[assignment]  # Django: this form has no such field
    preview = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
