"""Loading a country's public holidays into a calendar's list."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

import holidays
from django import forms
from django.utils import timezone

from governance.forms.part import SectionForm
from governance.rules.conditions import CannotBuild

CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@cache
def countries() -> tuple[tuple[str, str], ...]:
    """Every country whose days are known: its code and name."""
    found = {code: CAMEL.sub(" ", name) for name, code, *_ in holidays.registry.COUNTRIES.values()}
    return tuple(sorted(found.items(), key=lambda pair: pair[1]))


def days_of(country: str, region: str, years: list[int]) -> list[tuple[date, str]]:
    """The public holidays, in order. Raises CannotBuild."""
    if country not in dict(countries()):
        raise CannotBuild("Choose a country.")
    regions = holidays.list_supported_countries().get(country, [])
    if region and region not in regions:
        raise CannotBuild(f"The regions known there are: {', '.join(regions) or 'none'}.")
    found = holidays.country_holidays(country, subdiv=region or None, years=years, language="en_US")
    return sorted(found.items())


def _this_year() -> int:
    return timezone.now().year


class HolidayPicker(SectionForm):
    """Which country's days to load. It proposes nothing itself: the days come into the list below it."""

    template = "governance/forms/holidays.html"
    title = "Load a country's holidays"

    country = forms.ChoiceField(choices=lambda: [("", "Choose one"), *countries()], required=False)
    region = forms.CharField(
        required=False, max_length=10, help_text="Such as BY for Bavaria; blank for the whole country."
    )
    years = forms.TypedChoiceField(
        choices=lambda: [(year, str(year)) for year in range(_this_year(), _this_year() + 4)],
        coerce=int,
        initial=lambda: _this_year() + 1,
        required=False,
        label="Year",
    )
