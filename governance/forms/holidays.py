"""Loading days off into a calendar's list: a country's public holidays, or the whole days of an iCal file."""

from __future__ import annotations

from datetime import date

from django import forms
from django.utils import timezone

from core.errors import BadInput
from core.ical_days import YEARS_AHEAD, IcalDays, NoCalendar, coming_days
from core.public_holidays import countries, public_holidays
from governance.forms.part import SectionForm
from governance.rules.conditions import CannotBuild


def days_of(country: str, region: str, years: list[int]) -> list[tuple[date, str]]:
    """The public holidays, in order. Raises CannotBuild."""
    try:
        return public_holidays(country, region, years)
    except BadInput as bad:
        raise CannotBuild(bad.detail) from None


def days_in_file(content: bytes | None) -> IcalDays:
    """The whole days of an iCal file in this year and the next ones. Raises CannotBuild."""
    if content is None:
        raise CannotBuild("Choose an iCal file.")
    try:
        return coming_days(content, timezone.localdate())
    except NoCalendar as bad:
        raise CannotBuild(str(bad)) from None


def _this_year() -> int:
    return timezone.localdate().year


class HolidayPicker(SectionForm):
    """Which country's days to load, or which file's. It proposes nothing itself: the days come into the list below."""

    template = "governance/forms/holidays.html"
    title = "Load days off"

    country = forms.ChoiceField(choices=lambda: [("", "Choose one"), *countries()], required=False)
    region = forms.CharField(
        required=False, max_length=10, help_text="Such as BY for Bavaria; blank for the whole country."
    )
    years = forms.TypedChoiceField(
        choices=lambda: [(year, str(year)) for year in range(_this_year(), _this_year() + YEARS_AHEAD)],
        coerce=int,
        initial=lambda: _this_year() + 1,
        required=False,
        label="Year",
    )
    file = forms.FileField(required=False, label="iCal file", help_text="Its whole days become days off.")
