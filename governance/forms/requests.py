"""Shapes of what people post about a change; sense is the actions' business."""

from django import forms


class NewChangeForm(forms.Form):
    """What to change and why."""

    title = forms.CharField(max_length=200, label="What should change?")
    reason = forms.CharField(max_length=10_000, required=False, label="Why?", widget=forms.Textarea(attrs={"rows": 3}))
    what = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)
    of = forms.CharField(max_length=130, required=False, widget=forms.HiddenInput)
    is_emergency = forms.BooleanField(required=False, label="Emergency: publish at once, reviewed afterwards")


class AnswerForm(forms.Form):
    """What an approver says."""

    note = forms.CharField(
        max_length=4_000, required=False, label="What you say to it", widget=forms.Textarea(attrs={"rows": 3})
    )


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(max_length=4_000, label="Why", widget=forms.Textarea(attrs={"rows": 3}))
