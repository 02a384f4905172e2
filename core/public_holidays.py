"""Public holidays of countries and their regions."""

import re
from collections.abc import Iterable
from datetime import date
from functools import cache

import holidays

from core.errors import BadInput

CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@cache
def countries() -> tuple[tuple[str, str], ...]:
    """Every country whose days are known: its code and name."""
    found = {code: CAMEL.sub(" ", name) for name, code, *_ in holidays.registry.COUNTRIES.values()}
    return tuple(sorted(found.items(), key=lambda pair: pair[1]))


def public_holidays(country: str, region: str, years: Iterable[int]) -> list[tuple[date, str]]:
    """The public holidays with their names, in order; `region` "" is the whole country. Raises BadInput."""
    if country not in dict(countries()):
        raise BadInput("Choose a country.", code="unknown_country", field="country")
    regions = holidays.list_supported_countries().get(country, [])
    if region and region not in regions:
        known = ", ".join(regions) or "none"
        raise BadInput(f"The regions known there are: {known}.", code="unknown_region", field="region")
    found = holidays.country_holidays(country, subdiv=region or None, years=list(years), language="en_US")
    return sorted(found.items())
