"""Clocks that their seams no longer name end: in the publishing, or by a worker where they are too many for it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from blueprint.schema import Blueprint
from core.people.models import Member
from handoffs.actions.seam_clocks import stop_clocks
from handoffs.actions.worker_orders import MOST_AT_ONCE, wake_worker
from handoffs.models import Clock, Handoff, Retiming

TASK = "handoffs.retime_clocks"


@dataclass(frozen=True)
class GoneClocks:
    """By seam, the kinds of clocks that it no longer names since a version was published `at`."""

    at: datetime
    kinds: Mapping[UUID, Sequence[str]]

    @classmethod
    def of(cls, order: Retiming) -> "GoneClocks":
        """Those that a worker ends."""
        return cls(order.at, {UUID(seam_id): kinds for seam_id, kinds in order.gone.items()})

    def running(self) -> QuerySet[Clock]:
        """Those of what was accepted by then. What was offered before and accepted since has them as was promised."""
        of_seams = Q(pk__in=[])
        for seam_id, kinds in self.kinds.items():
            of_seams |= Q(handoff__seam=seam_id, kind__in=kinds)
        return Clock.objects.filter(of_seams, stopped_at=None, handoff__answered_at__lte=self.at)

    def free(self, most: int) -> list[UUID]:
        """So many handoffs with such clocks, locked, without those that somebody holds."""
        wanted = self.running().order_by("pk").values("handoff")[:most]
        free = Handoff.objects.filter(pk__in=wanted).select_for_update(no_key=True, skip_locked=True, of=("self",))
        return list(free.order_by("pk").values_list("pk", flat=True))

    def end(self, handoff_ids: Collection[UUID], by: Member | None, at: datetime) -> int:
        """End those of these locked handoffs, with their tasks, and how many that were; once more does nothing."""
        found = self.running().filter(handoff__in=handoff_ids).select_related("handoff").order_by("pk")
        if clocks := list(found):
            stop_clocks(clocks, Clock.State.ENDED, by=by, at=at)
        return len(clocks)


def end_gone_clocks(old: Blueprint, terms: Blueprint, version: int, *, by: Member | None, at: datetime) -> None:
    """Clocks that run and that their seams no longer name end. A worker ends them where they are too many for a
    request, and those that somebody has in hand. No query where every seam names what it named."""
    kinds = {}
    for seam in old.seams:
        kept = terms.seams_by_key[seam.key].clocks_by_kind if seam.key in terms.seams_by_key else {}
        if gone := [key for key in seam.clocks_by_kind if key not in kept]:
            kinds[seam.id] = gone
    if not kinds:
        return
    clocks = GoneClocks(at, kinds)
    if clocks.running()[: MOST_AT_ONCE + 1].count() <= MOST_AT_ONCE:
        clocks.end(clocks.free(MOST_AT_ONCE), by, at)
        if not clocks.running().exists():
            return
    told = {str(seam_id): those for seam_id, those in kinds.items()}
    Retiming.objects.create(version=version, at=at, by=by, state=Retiming.State.WAITING, gone=told)
    wake_worker(TASK)


def end_slice(order: Retiming, most: int, at: datetime) -> bool | None:
    """End the next of an order, and whether any was free; None where none is left."""
    clocks = GoneClocks.of(order)
    count = clocks.running().count()
    if not count:
        order.gone = {}
        return None
    ended = clocks.end(clocks.free(most), order.by, at)
    order.done_count += ended
    order.total_count = order.done_count + count - ended
    return ended > 0
