"""What came back and goes out again: offered anew by the seam's rule or by hand, never to who returned it first."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef

from blueprint.documents import blueprint_of
from blueprint.schema import SeamTerms
from core.people.models import Member, Workspace
from core.sql import in_one_trip, load
from handoffs.actions.offer_batch import Arrived, offer_batch
from handoffs.actions.pasts import Past
from handoffs.actions.pausing_by_state import look_at
from handoffs.actions.settling import settle
from handoffs.models import Handoff, Task
from lifecycle.actions.waiting import Hold

CAME_BACK = in_one_trip(load("handoffs", "hold_came_back"), load("handoffs", "came_back"))
RETURNED = "returned"  # the sender's task about what came back
SCORE_ROSE = load("handoffs", "score_rose")


class CameBack(NamedTuple):
    """A record that stands at a seam: its last handoff that came back, if any; who gave it up, and how often it was
    returned."""

    record_id: UUID
    handoff_id: UUID | None
    number: int | None
    offered_by_id: UUID | None
    packet: str | None  # JSON
    barred: list[UUID]
    returns: int


def offer_again(
    workspace: Workspace,
    seam: SeamTerms,
    record_ids: Sequence[UUID],
    *,
    by: Member | None,
    at: datetime,
    packets: Mapping[UUID, Mapping[str, Any]] | None = None,
) -> list[Arrived]:
    """Offer records that stand at the seam, with the packet they had; who gave one up is not asked for it again, as
    the seam says, and its owner decides about one that came back too often.

    Those with an open handoff are left alone. The sender's task about what came back is done with it. One round trip
    for each run of records that came back alike, and a handful beside. Raises NoWorkingHours."""
    rows = CAME_BACK.rows(seam=seam.id, records=list(record_ids), barred_days=seam.barred_days, at=at)
    came_back, given = [CameBack(*row) for row in rows], packets or {}
    arrived = offer_batch(
        workspace,
        seam,
        [each.record_id for each in came_back],
        by=by,
        at=at,
        packets={each.record_id: json.loads(each.packet or "{}") | given.get(each.record_id, {}) for each in came_back},
        senders={each.record_id: each.offered_by_id for each in came_back if each.offered_by_id and by is None},
        pasts={each.record_id: Past(frozenset(each.barred), each.returns) for each in came_back},
    )
    numbers = {each.record_id: each.number for each in arrived}
    _waits_no_longer(
        {each.handoff_id: numbers[each.record_id] for each in came_back if each.record_id in numbers}, by, at
    )
    look_at(blueprint_of(workspace), numbers, at)
    return arrived


def _waits_no_longer(offered: dict[UUID | None, int], by: Member | None, at: datetime) -> None:
    """What was offered again, with the number of its new handoff, waits no longer; tasks about its return are done."""
    offered.pop(None, None)
    if not offered:
        return
    Handoff.objects.filter(pk__in=offered, again_at__isnull=False).update(again_at=None)
    outcomes = {handoff_id: f"Offered again as handoff {number}." for handoff_id, number in offered.items()}
    settle(outcomes, [RETURNED], by=by, at=at)


def waits_for_sender(workspace: Workspace, stands: Mapping[UUID, UUID]) -> dict[UUID, Hold]:
    """Which of these records, with the stage each stands in, came back at a seam there and will be offered again: by
    itself at its time, or once its sender has done what their task asks. One query, none where no seam is there."""
    by_trigger = blueprint_of(workspace).seams_by_trigger
    at_seams = [record_id for record_id, stage_id in stands.items() if stage_id in by_trigger]
    if not at_seams:
        return {}
    asked_for = Task.objects.filter(handoff=OuterRef("pk"), kind=RETURNED, done_at=None)
    last = Handoff.objects.filter(record_id__in=at_seams).order_by("record_id", "seam_id", "-offered_at", "-number")
    found: dict[UUID, Hold] = {}
    for handoff in last.distinct("record_id", "seam_id").annotate(is_asked_for=Exists(asked_for)):
        here = {seam.id: seam for seam in by_trigger[stands[handoff.record_id]]}
        is_back = handoff.state in (Handoff.State.REJECTED, Handoff.State.RECALLED)
        if is_back and handoff.seam_id in here and (handoff.again_at or handoff.is_asked_for):
            seam = here[handoff.seam_id]
            detail = f"Handoff #{handoff.number} ({seam.label}) came back and waits for its sender."
            found[handoff.record_id] = Hold(detail, {"handoff": handoff.number, "seam": seam.key})
    return found


def ask_queues_now(*, at: datetime, **news: Any) -> None:
    """Follower of `people.available`: somebody may be there again, so the next scan asks every queue. One query.

    What somebody routes just now is left to them: they hold it and may wait for the seat that was changed."""
    waiting = Handoff.objects.open().filter(again_at__gt=at).select_for_update(no_key=True, skip_locked=True)
    Handoff.objects.filter(pk__in=waiting.values("pk")).update(again_at=at)


def offer_where_score_rose(*, record_ids: Sequence[UUID], at: datetime, **news: Any) -> None:
    """Follower of `records.scored`: what came back is offered again once its score has risen. One query."""
    SCORE_ROSE.run(records=list(record_ids), at=at)
