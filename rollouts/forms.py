"""What people fill in; the operations check again what must hold."""

from __future__ import annotations

from datetime import timedelta

from django import forms

DAYS = [("1", "1 day"), ("3", "3 days"), ("7", "7 days"), ("14", "14 days"), ("30", "30 days")]


class SetAsideForm(forms.Form):
    """Leave a target out, with a reason and until when."""

    reason = forms.CharField(
        label="Reason",
        min_length=3,
        max_length=500,
        widget=forms.TextInput(attrs={"placeholder": "decommissioned on Friday, OPS-123"}),
    )
    days = forms.ChoiceField(label="For", choices=DAYS, initial="7")
    version = forms.IntegerField(widget=forms.HiddenInput)

    def span(self) -> timedelta:
        """Return for how long."""
        return timedelta(days=int(self.cleaned_data["days"]))


class ReturnForm(forms.Form):
    """Count a target again."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class AcknowledgeForm(forms.Form):
    """Believe a suspect table, with a reason."""

    reason = forms.CharField(
        label="Why may the table be that small?",
        min_length=3,
        max_length=500,
        widget=forms.TextInput(attrs={"placeholder": "namespace shop moved to another cluster"}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
