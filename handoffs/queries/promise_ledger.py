"""Promises made to customers: of a journey, of a seam by who made them, and all of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q

from blueprint.schema import Blueprint
from core.bounds import whole
from core.errors import BadInput
from core.http.paging import PAGE, newest_page
from core.people.models import Member
from handoffs.models import Commitment
from handoffs.queries.inbox import seam_named
from lifecycle.models import Record

FILTERS = ("state", "seam", "record", "made_by", "owner")
RELATED = ("record__stage", "made_by", "owner", "decided_by", "seam", "lost")
MOST_OF_JOURNEY = 100
STATES = ("open", "late", "kept", "broken", "void")


@dataclass(frozen=True)
class SellersPromises:
    """How the promises of one person were kept. `kept_ratio`: of those decided and not void; null where none is."""

    name: str
    made: int
    open: int
    late: int
    kept: int
    kept_late: int
    broken: int
    void: int
    friction: int
    lost: int

    @property
    def kept_ratio(self) -> float | None:
        """Kept in time, of all kept, broken, or still late."""
        judged = self.kept + self.broken + self.late
        return (self.kept - self.kept_late) / judged if judged else None


def promises_of(record: Record) -> list[Commitment]:
    """The promises of the record's journey: what is to be kept, due first, then what was decided last. One query."""
    root = record.root_id or record.pk
    of_journey = Q(record=record) | Q(record__root_id=root) | Q(record_id=root)
    found = Commitment.objects.filter(of_journey).select_related(*RELATED)
    return list(found.order_by(F("decided_at").desc(nulls_first=True), "due_at", "number")[:MOST_OF_JOURNEY])


def promise_numbered(number: int) -> Commitment:
    """One promise by its number. One query. Raises NotFound."""
    found: Commitment = Commitment.objects.select_related(*RELATED).one(number=number)
    return found


def by_seller(seam_id: UUID, since: datetime, until: datetime) -> list[SellersPromises]:
    """Promises made across a seam in a period, by who made them, most broken first. One query."""
    kept = Q(state="kept")
    counts: dict[str, Any] = {
        "made": Count("pk"),
        "kept": Count("pk", filter=kept),
        "kept_late": Count("pk", filter=kept & Q(late_at__isnull=False)),
        **{state: Count("pk", filter=Q(state=state)) for state in ("open", "late", "broken", "void")},
        "friction": Count("pk", filter=Q(consequence="friction")),
        "lost": Count("pk", filter=Q(consequence="churn")),
    }
    found = Commitment.objects.filter(seam_id=seam_id, created_at__gte=since, created_at__lt=until)
    rows = found.order_by().values_list("made_by").annotate(**counts).values("made_by", *counts)
    names = dict(Member.objects.filter(pk__in=[row["made_by"] for row in rows]).values_list("pk", "name"))
    told = [SellersPromises(names.get(row["made_by"], "Nobody"), **{key: row[key] for key in counts}) for row in rows]
    return sorted(told, key=lambda each: (-each.broken - each.late, each.name))


def promise_page(
    terms: Blueprint, filters: dict[str, str], after: str = "", size: int = PAGE
) -> tuple[list[Commitment], str]:
    """One page by state, seam, record number and the addresses of who made or keeps them; newest first; and the mark of
    the next. One query. Raises BadInput naming the filter that makes no sense."""
    found = Commitment.objects.select_related(*RELATED)
    if state := filters.get("state"):
        if state not in STATES:
            raise BadInput(f"Choose one of: {', '.join(STATES)}.", field="state")
        found = found.filter(state=state)
    if key := filters.get("seam"):
        found = found.filter(seam_id=seam_named(terms, key).id)
    if record := filters.get("record"):
        found = found.filter(record__number=whole(record, "record"))
    for name in ("made_by", "owner"):
        if email := filters.get(name):
            found = found.filter(**{f"{name}__email": email.lower()})
    return newest_page(found, "created_at", after, size)
