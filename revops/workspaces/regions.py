"""The time zones and currencies a workspace may choose."""

from functools import lru_cache
from zoneinfo import available_timezones

from django.db import DatabaseError, connection, transaction

from revops.errors import BadInput

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


def check_currency(code: str) -> None:
    """Refuse a currency that is not offered. Raises BadInput."""
    if code not in CURRENCIES:
        raise BadInput("There is no such currency.", code="unknown_currency", field="currency")
