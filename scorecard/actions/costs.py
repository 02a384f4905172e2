"""Writing down what sources cost, and taking a cost away. Every change of a cost is an event."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from blueprint.documents import blueprint_of
from blueprint.schema.reporting import SOURCE_LISTS
from blueprint.typed_values import BadValue, day, decimal
from core.history.actions import record, record_all
from core.people.models import Member, Workspace
from core.people.permissions import permit
from core.tenancy.regions import CURRENCIES
from scorecard.actions.rates import Written, refused
from scorecard.models import SourceCost
from scorecard.queries.rate_list import reporting_currency

CENT = Decimal("0.01")
MOST = Decimal(10) ** 12
LONGEST = 120  # characters, of the column
MONTH = re.compile(r"\d{4}-\d{2}")
Key = tuple[str, date]


@dataclass(frozen=True)
class Spent:
    """An amount of money."""

    amount: Decimal
    currency: str


@transaction.atomic
def write_costs(workspace: Workspace, costs: Sequence[Mapping[str, Any]], *, by: Member, at: datetime) -> Written:
    """Keep these costs `{source, month, amount, currency}`; one of the same source and month replaces what stood there.
    Without a currency it is the reporting currency. Raises BadInput naming the field, and the line where there is one.

    Beats: permit, read every cost, lock what stands, write what differs, record."""
    permit(by, "costs.write")
    spellings, usual = _spellings(workspace), reporting_currency(workspace)
    given: dict[Key, Spent] = {}
    for place, each in enumerate(costs):
        key, spent = _one(each, place, usual)
        key = spellings.setdefault(key[0].lower(), key[0]), key[1]
        if given.get(key, spent) != spent:
            raise refused(each, place, "amount", f"{key[0]} has two costs in {key[1]:%Y-%m}.")
        given[key] = spent
    standing = _standing(given)
    wanted = {key: spent for key, spent in given.items() if standing.get(key) != spent}
    rows = [
        SourceCost(source=source, month=month, written_by=by, written_at=at, **vars(spent))
        for (source, month), spent in wanted.items()
    ]
    SourceCost.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["workspace", "source", "month"],
        update_fields=["amount", "currency", "written_by", "written_at"],
    )
    _tell(rows, standing, by=by, at=at)
    changed = sum(key in standing for key in wanted)
    return Written(len(rows) - changed, changed, len(given) - len(wanted))


@transaction.atomic
def remove_cost(cost: SourceCost, *, by: Member, at: datetime) -> None:
    """Take a cost away: it is unknown again."""
    permit(by, "costs.write")
    record("cost.removed", cost, at=at, actor=by, facts=_facts(cost))
    cost.delete()


def _one(given: Mapping[str, Any], place: int, usual: str) -> tuple[Key, Spent]:
    source = " ".join(str(given["source"]).split())
    if not 0 < len(source) <= LONGEST:
        raise refused(given, place, "source", f"A source has 1 to {LONGEST} characters.")
    currency = (str(given.get("currency") or "").strip() or usual).upper()
    if currency not in CURRENCIES:
        raise refused(given, place, "currency", f"“{currency[:20]}” is no currency we know.")
    month = str(given["month"]).strip()
    try:
        on = date.fromisoformat(day("month", f"{month}-01" if MONTH.fullmatch(month) else month))
        amount = decimal("amount", given["amount"])
    except BadValue as bad:
        said = f"“{month[:20]}” is no month; write it as 2026-03." if bad.field == "month" else bad.detail
        raise refused(given, place, str(bad.field), said) from None
    if not 0 <= amount < MOST:
        raise refused(given, place, "amount", "A cost is 0 or more, and below 1,000,000,000,000.")
    return (source, on.replace(day=1)), Spent(amount.quantize(CENT), currency)


def _spellings(workspace: Workspace) -> dict[str, str]:
    """How sources are written, by their lower case: as the blueprint lists them, else as a cost wrote them before."""
    reporting = blueprint_of(workspace).reporting
    listed = [source for name in SOURCE_LISTS for source in getattr(reporting, name)]
    written = SourceCost.objects.order_by("source").values_list("source", flat=True).distinct()
    return {source.lower(): source for source in (*written, *listed)}


def _standing(given: Iterable[Key]) -> dict[Key, Spent]:
    """The costs of these sources and months that are there, locked in one order."""
    sources, months = {source for source, _ in given}, {month for _, month in given}
    rows = SourceCost.objects.filter(source__in=sources, month__in=months)
    found = rows.select_for_update().order_by("source", "month")
    return {(row.source, row.month): Spent(row.amount, row.currency) for row in found}


def _tell(rows: Sequence[SourceCost], standing: Mapping[Key, Spent], *, by: Member, at: datetime) -> None:
    """One event for each cost that changed, and one for all that are new."""
    told: list[Any] = []
    new = []
    for row in rows:
        if before := standing.get((row.source, row.month)):
            was = {"before": str(before.amount), "currency_before": before.currency}
            told.append(("cost.changed", "sourcecost", row.pk, None, _facts(row) | was))
        else:
            new.append(row)
    if new:
        months = [row.month.isoformat() for row in new]
        facts = {"count": len(new), "sources": sorted({row.source for row in new})[:50]}
        facts |= {"first": min(months), "last": max(months)}
        told.append(("cost.added", "sourcecost", new[0].pk, None, facts))
    if told:
        record_all(told, at=at, actor=by)


def _facts(cost: SourceCost) -> dict[str, Any]:
    told = {"source": cost.source, "month": cost.month.isoformat()}
    return told | {"amount": str(cost.amount), "currency": cost.currency}
