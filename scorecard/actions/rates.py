"""Writing exchange rates down, and taking one away. Every change of a rate is an event; the database marks its days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from blueprint.documents import blueprint_of
from blueprint.typed_values import BadValue, day, decimal
from core.errors import BadInput
from core.history.actions import record, record_all
from core.people.models import Member, Workspace
from core.people.permissions import permit
from core.tenancy.regions import CURRENCIES
from scorecard.models import ExchangeRate

PLACES = Decimal("0.0000000001")  # of the column
MOST = Decimal(10) ** 9
Key = tuple[str, date]


@dataclass(frozen=True)
class Written:
    """What became of the rates that were given."""

    added: int
    changed: int
    unchanged: int


@transaction.atomic
def write_rates(
    workspace: Workspace, rates: Sequence[Mapping[str, Any]], *, source: str = "", by: Member, at: datetime
) -> Written:
    """Keep these rates `{currency, day, rate}` to the reporting currency; one of the same currency and day replaces
    what stood there. Raises BadInput naming the field, and the line where there is one.

    Beats: permit, read every rate, lock what stands, write what differs, record."""
    permit(by, "rates.write")
    to_currency = blueprint_of(workspace).reporting.currency or workspace.currency
    given = _read(rates, to_currency)
    found = _standing(to_currency, given)
    wanted = {key: rate for key, rate in given.items() if key not in found or found[key].rate != rate}
    rows = [
        ExchangeRate(
            to_currency=to_currency,
            currency=currency,
            day=on,
            rate=rate,
            source=source[:60],
            written_by=by,
            written_at=at,
        )
        for (currency, on), rate in wanted.items()
    ]
    ExchangeRate.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["workspace", "to_currency", "currency", "day"],
        update_fields=["rate", "source", "written_by", "written_at"],
    )
    changed = [found[key] for key in wanted if key in found]
    _tell(rows, changed, wanted, to_currency, by=by, at=at)
    return Written(len(rows) - len(changed), len(changed), len(given) - len(wanted))


@transaction.atomic
def remove_rate(rate: ExchangeRate, *, by: Member, at: datetime) -> None:
    """Take a rate away: its days follow the one before it."""
    permit(by, "rates.write")
    record("rate.removed", rate, at=at, actor=by, facts=_facts(rate))
    rate.delete()


def _read(rates: Sequence[Mapping[str, Any]], to_currency: str) -> dict[Key, Decimal]:
    found: dict[Key, Decimal] = {}
    for place, each in enumerate(rates):
        key, rate = _one(each, to_currency, place)
        if found.get(key, rate) != rate:
            raise refused(each, place, "rate", f"{key[0]} has two rates on {key[1]:%Y-%m-%d}.")
        found[key] = rate
    return found


def _one(given: Mapping[str, Any], to_currency: str, place: int) -> tuple[Key, Decimal]:
    currency = str(given["currency"]).strip().upper()
    if currency not in CURRENCIES:
        raise refused(given, place, "currency", f"“{currency[:20]}” is no currency we know.")
    if currency == to_currency:
        raise refused(given, place, "currency", f"{to_currency} is the reporting currency itself.")
    try:
        on = date.fromisoformat(day("day", given["day"]))
        rate = decimal("rate", given["rate"])
    except BadValue as bad:
        raise refused(given, place, str(bad.field), bad.detail) from None
    if not PLACES <= rate < MOST:
        raise refused(given, place, "rate", "A rate is above 0 and below 1,000,000,000.")
    return (currency, on), rate.quantize(PLACES)


def refused(given: Mapping[str, Any], place: int, field: str, message: str) -> BadInput:
    """What is wrong with one of many: by its line where it has one, else by its field and place."""
    if "line" in given:
        return BadInput(f"Line {given['line']}: {message}", field="lines", facts={"line": given["line"]})
    return BadInput(message, field=field, facts={"place": place})


def _standing(to_currency: str, given: Iterable[Key]) -> dict[Key, ExchangeRate]:
    """The rates of these currencies and days that are there, locked in one order."""
    currencies, days = {currency for currency, _ in given}, {on for _, on in given}
    rows = ExchangeRate.objects.filter(to_currency=to_currency, currency__in=currencies, day__in=days)
    found = {(row.currency, row.day): row for row in rows.select_for_update().order_by("currency", "day")}
    return {key: found[key] for key in given if key in found}


def _tell(
    rows: Sequence[ExchangeRate],
    changed: Sequence[ExchangeRate],
    wanted: Mapping[Key, Decimal],
    to_currency: str,
    *,
    by: Member,
    at: datetime,
) -> None:
    """One event for each rate that changed, and one for all that are new."""
    before = {(row.currency, row.day): row for row in changed}
    told: list[Any] = [
        ("rate.changed", "exchangerate", row.pk, None, {**_facts(row), "now": str(wanted[row.currency, row.day])})
        for row in changed
    ]
    new = [row for row in rows if (row.currency, row.day) not in before]
    if new:
        facts = {
            "count": len(new),
            "to_currency": to_currency,
            "currencies": sorted({row.currency for row in new}),
            "first": min(row.day for row in new).isoformat(),
            "last": max(row.day for row in new).isoformat(),
            "source": new[0].source,
        }
        told.append(("rate.added", "exchangerate", new[0].pk, None, facts))
    record_all(told, at=at, actor=by)


def _facts(rate: ExchangeRate) -> dict[str, Any]:
    return {
        "currency": rate.currency,
        "to_currency": rate.to_currency,
        "day": rate.day.isoformat(),
        "rate": str(rate.rate),
        "source": rate.source,
    }
