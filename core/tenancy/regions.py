"""The time zones and currencies a workspace may choose."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import DatabaseError, connection, transaction

from core.errors import BadInput
from core.people.models import Workspace
from core.sql import load

ZONE_OFFSETS = load("core", "zone_offsets")

# ISO 4217 codes of the currencies most companies sell in.
CURRENCIES = [
    "USD", "EUR", "GBP", "CHF", "CAD", "AUD", "NZD", "JPY", "CNY", "HKD", "SGD", "INR", "KRW", "SEK",
    "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "BGN", "TRY", "ILS", "ZAR", "BRL", "MXN", "ARS", "CLP",
    "COP", "AED", "SAR", "THB", "IDR", "MYR", "PHP", "VND", "TWD", "UAH", "EGP", "NGN", "KES",
]  # fmt: skip


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """Every time zone of a place that the system knows, and UTC."""
    places = {name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/"))}
    return frozenset(places | {"UTC"})


def zones() -> list[tuple[str, str]]:
    """The same as choices of a form, UTC first."""
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in sorted(zone_names() - {"UTC"}))]


def check_zone(name: str) -> None:
    """Refuse a time zone that Python or the database does not know: days are counted in both. Raises BadInput."""
    refused = BadInput("There is no such time zone.", code="unknown_time_zone", field="time_zone")
    if name not in zone_names():
        raise refused
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select now() at time zone %s", [name])
    except DatabaseError:
        raise refused from None


def zones_known_otherwise(names: Iterable[str]) -> list[str]:
    """Those of these time zones whose clocks the database and Python set differently, last year or in the next two.

    A day is named by the database and a deadline is found by Python: they must read one table. One query."""
    differs = set()
    for name, at, seconds in ZONE_OFFSETS.rows(zones=sorted(names)):
        if at.astimezone(ZoneInfo(name)).utcoffset() != timedelta(seconds=seconds):
            differs.add(name)
    return sorted(differs)


@register(Tags.database)
def check_zone_tables(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """A warning where a workspace lives in a zone that the two tables know differently."""
    if not databases or "workspaces_workspace" not in connection.introspection.table_names():
        return []
    used = set(Workspace.objects.values_list("time_zone", flat=True).distinct()) & zone_names()
    told = "The database and Python know other clocks for {}: days and deadlines may differ by an hour."
    hint = "Bring both tables up to date, or let PYTHONTZPATH name the database's."
    return [Warning(told.format(name), hint=hint, id="revops.W001") for name in zones_known_otherwise(used)]
