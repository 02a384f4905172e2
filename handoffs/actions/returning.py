"""What came back and goes out again: offered anew by the seam's rule or by hand, never to who returned it first."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from blueprint.schema import SeamTerms
from core.people.models import Member, Workspace
from core.sql import in_one_trip, load
from handoffs.actions.offer_batch import Arrived, offer_batch
from handoffs.actions.settling import settle
from handoffs.models import Handoff

CAME_BACK = in_one_trip(load("handoffs", "hold_came_back"), load("handoffs", "came_back"))
SCORE_ROSE = load("handoffs", "score_rose")


class CameBack(NamedTuple):
    """A record that stands at a seam: its last handoff that came back, if any, and who returned one."""

    record_id: UUID
    handoff_id: UUID | None
    number: int | None
    offered_by_id: UUID | None
    packet: str | None  # JSON
    barred: list[UUID]


def offer_again(
    workspace: Workspace,
    seam: SeamTerms,
    record_ids: Sequence[UUID],
    *,
    by: Member | None,
    at: datetime,
    packets: Mapping[UUID, Mapping[str, Any]] | None = None,
) -> list[Arrived]:
    """Offer records that stand at the seam, with the packet they had; who returned one is not asked for it again.

    Those with an open handoff are left alone. The sender's task about what came back is done with it. One round trip
    for each set of people who returned the same records, and a handful beside. Raises NoWorkingHours."""
    came_back = [CameBack(*row) for row in CAME_BACK.rows(seam=seam.id, records=list(record_ids))]
    by_bar: dict[frozenset[UUID], list[CameBack]] = defaultdict(list)
    for each in came_back:
        by_bar[frozenset(each.barred)].append(each)
    given, arrived = packets or {}, list[Arrived]()
    for barred, those in by_bar.items():
        arrived += offer_batch(
            workspace,
            seam,
            [each.record_id for each in those],
            by=by,
            at=at,
            packets={each.record_id: json.loads(each.packet or "{}") | given.get(each.record_id, {}) for each in those},
            senders={each.record_id: each.offered_by_id for each in those if each.offered_by_id and by is None},
            barred=sorted(barred),
        )
    numbers = {each.record_id: each.number for each in arrived}
    _waits_no_longer(
        {each.handoff_id: numbers[each.record_id] for each in came_back if each.record_id in numbers}, by, at
    )
    return arrived


def _waits_no_longer(offered: dict[UUID | None, int], by: Member | None, at: datetime) -> None:
    """What was offered again, with the number of its new handoff, waits no longer; tasks about its return are done."""
    offered.pop(None, None)
    if not offered:
        return
    Handoff.objects.filter(pk__in=offered, again_at__isnull=False).update(again_at=None)
    outcomes = {handoff_id: f"Offered again as handoff {number}." for handoff_id, number in offered.items()}
    settle(outcomes, ["returned"], by=by, at=at)


def ask_queues_now(*, at: datetime, **news: Any) -> None:
    """Follower of `people.available`: somebody may be there again, so the next scan asks every queue. One query.

    What somebody routes just now is left to them: they hold it and may wait for the seat that was changed."""
    waiting = Handoff.objects.open().filter(again_at__gt=at).select_for_update(no_key=True, skip_locked=True)
    Handoff.objects.filter(pk__in=waiting.values("pk")).update(again_at=at)


def offer_where_score_rose(*, record_ids: Sequence[UUID], at: datetime, **news: Any) -> None:
    """Follower of `records.scored`: what came back is offered again once its score has risen. One query."""
    SCORE_ROSE.run(records=list(record_ids), at=at)
