"""The shape of a handover as people type it."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from core.people.forms import CalendarDayField
from core.people.models import Member, Team
from handoffs.actions.leaving.occasions import Kind, Occasion

OTHERS = [choice for choice in Kind.choices if choice[0] != Kind.LEAVES]  # who leaves has a page of their own


class HandoverForm(forms.Form):
    """Why somebody hands over, and what that needs."""

    kind = forms.TypedChoiceField(label="Why", choices=OTHERS, coerce=Kind)
    role = forms.ChoiceField(
        label="Their new role", choices=[("", "–"), *Member.Role.choices], required=False, help_text="For another role."
    )
    team = forms.ModelChoiceField(
        label="The team they leave", queryset=None, required=False, help_text="For a seat or another team."
    )
    to_team = forms.ModelChoiceField(
        label="The team they go to", queryset=None, required=False, help_text="For another team."
    )
    first = CalendarDayField(label="First day away", required=False)
    last = CalendarDayField(label="Last day away", required=False)
    successor = forms.ModelChoiceField(
        queryset=None,
        required=False,
        empty_label="Nobody in particular",
        help_text="Takes over tasks, accounts and records. Handoffs always go to the next in rotation.",
    )

    def __init__(self, *args: Any, of: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = of
        people = Member.objects.filter(is_active=True, kind=Member.Kind.PERSON).exclude(pk=of.pk)
        querysets = {
            "team": Team.objects.filter(seats__member=of).order_by("name"),
            "to_team": Team.objects.order_by("name"),
            "successor": people.order_by("name"),
        }
        for name, queryset in querysets.items():
            self.fields[name].queryset = queryset  # type: ignore[attr-defined]

    def occasion(self) -> Occasion:
        """What is asked; days away are whole, in local time."""
        said = self.cleaned_data
        starts_at = _midnight(said["first"]) if said.get("first") else None
        ends_at = _midnight(said["last"] + timedelta(days=1)) if said.get("last") else None
        return Occasion(said["kind"], self.member, said["role"], said["team"], said["to_team"], starts_at, ends_at)


def _midnight(day: Any) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())
