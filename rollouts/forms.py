"""What people fill in; the operations check again what must hold."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from rollouts.reasons import LONGEST, reason_fault

DAYS = [("1", "1 day"), ("3", "3 days"), ("7", "7 days"), ("14", "14 days"), ("30", "30 days")]

DAYS_FAULTS = dict.fromkeys(("required", "invalid_choice"), "Choose for how many days.")


def visible(text: str) -> None:
    """Refuse a reason that the next person could not read as it is meant."""
    if fault := reason_fault(text):
        raise ValidationError(fault)


class PageForm(forms.Form):
    """One of several forms on a page: the ids of its fields begin with its own name."""

    name: ClassVar[str]

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  (Django's own)
        super().__init__(*args, **{"auto_id": f"{self.name}-%s", **kwargs})

    def point_out_fault(self) -> None:
        """Let the browser put the cursor into the first field that is wrong."""
        for name in self.errors:
            if name in self.fields and not self[name].is_hidden:
                self.fields[name].widget.attrs["autofocus"] = True
                return

    @property
    def faults(self) -> str:
        """Return what is wrong, field by field, for a line on top of the page."""
        told = []
        for name, errors in self.errors.items():
            label = self[name].label if name in self.fields else ""
            told.append(f"{label}: {errors[0]}" if label else str(errors[0]))
        return " ".join(told)


class TargetForm(PageForm):
    """A form about one target, in the version that the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)


def reason_field(label: str, example: str) -> forms.CharField:
    """Return the field in which a person says why."""
    field = forms.CharField(
        label=label,
        error_messages={"required": reason_fault("")},
        widget=forms.TextInput(attrs={"placeholder": example, "maxlength": LONGEST}),
    )
    field.validators = [visible]  # alone: Django's own would say the same again
    return field


class SetAsideForm(TargetForm):
    """Leave a target out, with a reason and until when."""

    name = "set-aside"

    reason = reason_field("Reason to set it aside", "decommissioned on Friday, OPS-123")
    days = forms.ChoiceField(label="For", choices=DAYS, initial="7", error_messages=DAYS_FAULTS)

    def span(self) -> timedelta:
        """Return for how long."""
        return timedelta(days=int(self.cleaned_data["days"]))


class ReturnForm(TargetForm):
    """Count a target again."""

    name = "return"


class AcknowledgeForm(TargetForm):
    """Believe a suspect table, with a reason."""

    name = "acknowledge"

    reason = reason_field(
        "Why may the table be that small?", "namespace shop moved to another cluster"
    )
    routes = forms.IntegerField(min_value=0, widget=forms.HiddenInput)  # as the person saw it
