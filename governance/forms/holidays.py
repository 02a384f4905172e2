"""Loading a country's public holidays into a calendar's list."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Any

import holidays
from django import forms
from django.utils import timezone

from governance.forms.part import SectionForm

CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


class CannotLoad(ValueError):
    """There are no such days, with the reason."""


@cache
def countries() -> tuple[tuple[str, str], ...]:
    """Every country whose days are known: its code and name."""
    found = {code: CAMEL.sub(" ", name) for name, code, *_ in holidays.registry.COUNTRIES.values()}
    return tuple(sorted(found.items(), key=lambda pair: pair[1]))


def days_of(country: str, region: str, years: list[int]) -> list[tuple[date, str]]:
    """The public holidays, in order. Raises CannotLoad."""
    if country not in dict(countries()):
        raise CannotLoad("Choose a country.")
    regions = holidays.list_supported_countries().get(country, [])
    if region and region not in regions:
        raise CannotLoad(f"The regions known there are: {', '.join(regions) or 'none'}.")
    found = holidays.country_holidays(country, subdiv=region or None, years=years, language="en_US")
    return sorted(found.items())


class HolidayPicker(SectionForm):
    """Which country's days to load. It proposes nothing itself: the days come into the list below it."""

    template = "governance/forms/holidays.html"
    title = "Load a country's holidays"

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, prefix="load")
        year = timezone.now().year
        self.fields["country"] = forms.ChoiceField(
            choices=[("", "Choose one"), *countries()], required=False, label="Country"
        )
        self.fields["region"] = forms.CharField(
            required=False,
            max_length=10,
            label="Region",
            help_text="Such as BY for Bavaria; blank for the whole country.",
        )
        self.fields["years"] = forms.TypedChoiceField(
            choices=[(each, str(each)) for each in range(year, year + 4)],
            coerce=int,
            initial=year + 1,
            required=False,
            label="Year",
        )
