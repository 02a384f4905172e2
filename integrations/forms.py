"""Shapes of the forms about keys."""

from datetime import datetime, timedelta
from typing import Any

from django import forms

from core.people.models import Member
from core.people.permissions import SCOPES
from integrations.actions import MOST_PER_MINUTE
from integrations.queries import programs

LASTS = [("30", "30 days"), ("90", "90 days"), ("365", "A year"), ("", "Until it is revoked")]
ROLES = [(role, label) for role, label in Member.Role.choices if role != Member.Role.OWNER]


class KeyForm(forms.Form):
    """A new key: who uses it, what it may, for how long."""

    name = forms.CharField(
        label="Name",
        max_length=120,
        help_text="The program that will use it.",
        widget=forms.TextInput({"autofocus": True}),
    )
    acts_as = forms.ModelChoiceField(
        label="Acts as",
        queryset=None,
        required=False,
        empty_label="A new program of this name",
        help_text="Choose a program that is here already to replace its key without losing its history.",
    )
    role = forms.ChoiceField(label="Role of a new program", choices=ROLES, initial=Member.Role.REP)
    system = forms.CharField(
        label="System",
        max_length=60,
        required=False,
        help_text="What it writes is this system's word where the blueprint asks who owns a property: enrichment, "
        "product, marketing_automation … Left blank, the key's own name.",
    )
    scopes = forms.MultipleChoiceField(
        label="Scopes", choices=[(scope, scope) for scope in SCOPES], widget=forms.CheckboxSelectMultiple
    )
    lasts = forms.ChoiceField(label="Lasts", choices=LASTS, required=False, initial="90")
    per_minute = forms.IntegerField(label="Calls a minute", min_value=1, max_value=MOST_PER_MINUTE, initial=600)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["acts_as"].queryset = programs()  # type: ignore[attr-defined]

    def wishes(self, at: datetime) -> dict[str, Any]:
        """The arguments of `issue_key`."""
        wishes = dict(self.cleaned_data)
        lasts = wishes.pop("lasts")
        return {**wishes, "expires_at": at + timedelta(days=int(lasts)) if lasts else None}


class SlackForm(forms.Form):
    """The two secrets of an app in Slack; neither is shown again."""

    token = forms.CharField(
        label="Bot token",
        max_length=300,
        help_text="Under OAuth & Permissions; it begins with xoxb-.",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    signing_secret = forms.CharField(
        label="Signing secret",
        max_length=200,
        help_text="Under Basic Information.",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
