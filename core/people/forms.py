"""Shapes of the forms about people. They check shape; sense is checked by the actions."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone

from core.people.models import Member, Team, TeamSeat, User, Workspace
from core.people.security_log import GROUPS, Wanted
from core.people.team_seats import HIGHEST_CAP, HIGHEST_WEIGHT
from core.tenancy.regions import CURRENCIES, zones


class SignUpName(forms.Form):
    """The name a person goes by, asked when they sign up."""

    name = forms.CharField(
        label="Your name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True})
    )
    field_order = ["name", "email", "password1", "password2"]

    def signup(self, request: Any, user: User) -> None:
        """Called with the new, saved user."""
        user.name = self.cleaned_data["name"].strip()
        user.save(update_fields=["name"])


class ProfileForm(forms.ModelForm):
    """What colleagues call you."""

    class Meta:
        model = User
        fields = ["name"]
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name", "required": True})}

    def clean_name(self) -> str:
        name = self.cleaned_data["name"].strip()
        if not name:
            raise forms.ValidationError("A name, please.")
        return name


class FoundForm(forms.Form):
    """A new workspace."""

    name = forms.CharField(label="Name", max_length=120, widget=forms.TextInput(attrs={"autofocus": True}))
    slug = forms.SlugField(
        label="Address",
        max_length=50,
        required=False,
        help_text="The part after /w/. Made from the name if left blank.",
    )
    time_zone = forms.ChoiceField(
        label="Time zone",
        initial="UTC",
        help_text="That of your browser, until you choose another. Working hours are counted in it.",
        widget=forms.Select(attrs={"data-own-zone": True}),
    )
    currency = forms.ChoiceField(label="Currency", choices=[(code, code) for code in CURRENCIES], initial="USD")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = zones()  # type: ignore[attr-defined]


class WorkspaceForm(forms.Form):
    """What a workspace goes by; what it has stays on offer, even where it would no longer be chosen."""

    name = forms.CharField(label="Name", max_length=120)
    time_zone = forms.ChoiceField(
        label="Time zone",
        help_text="Days of the scorecard begin at its midnight. Working hours stay as the blueprint's calendars say.",
    )
    currency = forms.ChoiceField(
        label="Currency", help_text="How sums are shown. Amounts that are stored are not converted."
    )
    security_log_days = forms.IntegerField(
        label="Days the security log is kept", required=False, help_text="180 at least; blank keeps its lines for good."
    )

    def __init__(self, *args: Any, of: Workspace, **kwargs: Any) -> None:
        initial = {name: getattr(of, name) for name in ("name", "time_zone", "currency", "security_log_days")}
        super().__init__(*args, initial=initial, **kwargs)
        codes = CURRENCIES if of.currency in CURRENCIES else [of.currency, *CURRENCIES]
        known = zones()
        if (of.time_zone, of.time_zone.replace("_", " ")) not in known:
            known = [(of.time_zone, of.time_zone), *known]
        self.fields["time_zone"].choices = known  # type: ignore[attr-defined]
        self.fields["currency"].choices = [(code, code) for code in codes]  # type: ignore[attr-defined]


class InviteForm(forms.Form):
    """Whom to invite, as what, into which team."""

    email = forms.CharField(
        label="E-mail addresses",
        max_length=20_000,
        widget=forms.Textarea(attrs={"autofocus": True, "rows": 4, "autocomplete": "off", "spellcheck": "false"}),
        help_text="One or many, as you have them: one a line, with commas, or with names beside them.",
    )
    role = forms.ChoiceField(label="Role", choices=Member.Role, initial=Member.Role.REP)
    team = forms.ModelChoiceField(label="Team", queryset=None, required=False, empty_label="No team yet")

    def __init__(self, *args: Any, by: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = Team.objects.order_by("name")  # type: ignore[attr-defined]
        if by.role != Member.Role.OWNER:
            roles = [(role, label) for role, label in Member.Role.choices if role != Member.Role.OWNER]
            self.fields["role"].choices = roles  # type: ignore[attr-defined]


class RoleForm(forms.Form):
    """A member's role."""

    role = forms.ChoiceField(label="Role", choices=Member.Role)


class DescribeForm(forms.Form):
    """A member's name, here and in files."""

    name = forms.CharField(label="Name", max_length=120)
    external_key = forms.CharField(
        label="Name in imported files",
        max_length=200,
        required=False,
        help_text="If a file names its owners differently, write here what it says.",
    )


class DayInput(forms.DateInput):
    """A day, chosen from the browser's calendar."""

    input_type = "date"


class CalendarDayField(forms.DateField):
    """A day that somebody could mean."""

    widget = DayInput

    def validate(self, day: date | None) -> None:
        super().validate(day)
        if day and not 1990 <= day.year <= 2200:
            raise forms.ValidationError("Choose a day of this century.")


class TimeOffForm(forms.Form):
    """Whole days, first and last, in the workspace's time zone."""

    first = CalendarDayField(label="First day")
    last = CalendarDayField(label="Last day")
    note = forms.CharField(label="Note", max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", "The last day comes before the first.")
        return cleaned

    def absence(self) -> dict[str, Any]:
        """From the first midnight to the one after the last day, in local time; and the note."""
        first, last = self.cleaned_data["first"], self.cleaned_data["last"]
        ends_at = _midnight(last + timedelta(days=1))
        return {"starts_at": _midnight(first), "ends_at": ends_at, "note": self.cleaned_data["note"]}


class LogForm(forms.Form):
    """Which part of the security log to show."""

    member = forms.ChoiceField(label="Person or program", required=False)
    kind = forms.ChoiceField(label="What", required=False, choices=[("", "Everything"), *GROUPS.items()])
    first = CalendarDayField(label="From", required=False)
    last = CalendarDayField(label="To", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = sorted(Member.objects.all(), key=lambda one: (not one.is_active, one.name.lower()))
        choices = [("", "Everybody"), *((str(one.pk), one.name) for one in people)]
        self.fields["member"].choices = choices  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        """Whole days, in local time; a field that makes no sense limits nothing, and says so itself."""
        said = self.cleaned_data
        first, last = said.get("first"), said.get("last")
        return Wanted(
            member=UUID(said["member"]) if said.get("member") else None,
            kind=said.get("kind") or "",
            since=_midnight(first) if first else None,
            until=_midnight(last + timedelta(days=1)) if last else None,
        )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())


class TeamForm(forms.Form):
    """A team's name, side of the house, region and manager."""

    name = forms.CharField(label="Name", max_length=120)
    function = forms.ChoiceField(label="Side of the house")
    region = forms.CharField(
        label="Region", max_length=80, required=False, help_text="The scorecard can be read by region."
    )
    manager = forms.ModelChoiceField(
        label="Manager", queryset=None, required=False, help_text="Receives the tasks when this team misses a deadline."
    )

    def __init__(self, *args: Any, functions: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["function"].choices = list(functions.items())  # type: ignore[attr-defined]
        leads = Member.objects.filter(is_active=True, kind=Member.Kind.PERSON).exclude(
            role__in=(Member.Role.REP, Member.Role.VIEWER)
        )
        self.fields["manager"].queryset = leads.order_by("name")  # type: ignore[attr-defined]


class PlaceForm(forms.Form):
    """Weight and cap of a place that is taken."""

    weight = forms.IntegerField(label="Weight", min_value=1, max_value=HIGHEST_WEIGHT, initial=1)
    cap = forms.IntegerField(label="Most open handoffs", min_value=0, max_value=HIGHEST_CAP, required=False)


class SeatForm(PlaceForm):
    """A place in a team."""

    member = forms.ModelChoiceField(label="Member", queryset=None)
    field_order = ["member", "weight", "cap"]

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sitting = TeamSeat.objects.filter(team=team).values("member")
        free = Member.objects.filter(is_active=True, kind=Member.Kind.PERSON).exclude(pk__in=sitting)
        self.fields["member"].queryset = free.order_by("name")  # type: ignore[attr-defined]
        if len(only := free[:2]) == 1:
            self.fields["member"].initial = only[0]
