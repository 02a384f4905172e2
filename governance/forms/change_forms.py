"""Shapes of what people post about a change; sense is the actions' business."""

from django import forms


class NewChangeForm(forms.Form):
    """What to change and why."""

    title = forms.CharField(max_length=200, label="What should change?")
    reason = forms.CharField(max_length=10_000, required=False, label="Why?", widget=forms.Textarea(attrs={"rows": 3}))
    what = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)
    of = forms.CharField(max_length=130, required=False, widget=forms.HiddenInput)
    is_emergency = forms.BooleanField(required=False)


class WordsForm(forms.Form):
    """Other title and reason."""

    title = forms.CharField(required=False)
    reason = forms.CharField(
        max_length=10_000, required=False, error_messages={"max_length": "At most 10,000 characters."}
    )


class AnswerForm(forms.Form):
    """What an approver says."""

    note = forms.CharField(max_length=4_000, required=False, error_messages={"max_length": "At most 4,000 characters."})


class ReasonForm(forms.Form):
    """Why a published change should be undone."""

    SAID = "Say why the change should be undone."
    reason = forms.CharField(max_length=4_000, error_messages={"required": SAID, "max_length": SAID})


class EditPathForm(forms.Form):
    """Which edit of a draft is meant, by its path as spelled."""

    edit = forms.CharField(required=False, strip=False)
