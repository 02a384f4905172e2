"""Giving many to somebody else, or back to the pool."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from blueprint.schema.vocabularies import WhenAway
from core.errors import BadInput, Refusal
from core.people.models import Member, TimeOff
from handoffs.actions.changing_hands import move, write
from handoffs.actions.holders import held_by
from handoffs.actions.in_bulk.bulk_rows import BulkWish, InHands
from handoffs.actions.reassigning import counting_pools
from handoffs.actions.standing_still import begin, wake
from handoffs.actions.taking_back import UNDO_FOR
from handoffs.models import Clock, Handoff, KeptHours, OwnHours, Pause
from handoffs.rules.allowed import allowed
from handoffs.rules.given_by_hand import next_clock
from lifecycle.rules.owners import why_not_owner


class HasItAlready(BadInput):
    """Nothing is left to do."""

    code = "same_assignee"


def reassign_all(held: InHands, wish: BulkWish) -> None:
    """Each goes to whom it is given, with the clock that goes on as when one is given by hand; without a receiver it
    waits in its pool, which is asked once that can no longer be undone. The queries do not grow with them."""
    pools = held_by([each.pk for each in held.handoffs], held.at, held.lifecycle)
    refused = {each.pk: why for each in held.handoffs if (why := _why_not(each, wish, pools[each.pk].pool_id))}
    if not (held := held.without(refused)).handoffs:
        return
    if paused := [each for each in held.handoffs if each.is_paused(held.at)]:
        wake(paused, **held.moment)
    running = {
        each.handoff_id: each
        for each in Clock.objects.filter(handoff__in=held.handoffs, kind=Clock.Kind.ANSWER, stopped_at=None)
    }
    own = OwnHours.by_holder()
    gifts = {seam.id: counting_pools(held.lifecycle, seam) for seam, _ in held.by_seam()}
    moves = []
    for each in held.handoffs:
        to = wish.receivers[each.number]
        change = _change(each, to, running[each.pk], own, held) | {"gives_back": True}
        change["trace"] = {"by": held.by.name, "note": wish.note[:500]}
        if to:
            change["gift_pools"] = gifts[each.seam_id]
        else:
            change |= {"to_queue": str(pools[each.pk].pool_id), "asked_at": (held.at + UNDO_FOR).isoformat()}
        moves.append(change)
    write(moves, held.lifecycle, cause="manual", **held.moment)
    _stand_still_where_away(held, {each.pk: wish.receivers[each.number] for each in held.handoffs})


def _why_not(handoff: Handoff, wish: BulkWish, pool_id: UUID | None) -> Refusal | None:
    to = wish.receivers.get(handoff.number)
    if to is None:
        if handoff.assignee_id is None:
            return HasItAlready("It waits in its pool already.", code="in_pool_already")
        return None if pool_id else BadInput("Its seam has no pool.", code="no_pool")
    if why_not := why_not_owner(to):  # who accepts owns the record
        return BadInput(why_not[1], code=why_not[0], field="to")
    if to.pk == handoff.assignee_id:
        return HasItAlready(f"{to.name} has it already.")
    return None


def _change(
    handoff: Handoff, to: Member | None, running: Clock, own: Mapping[UUID | None, UUID], held: InHands
) -> dict[str, Any]:
    hours_id = own.get(to.pk if to else None, own.get(handoff.team_id))
    theirs = allowed(handoff.seam_terms, handoff.sla_line, KeptHours.hours_of(hours_id))
    clock = next_clock(theirs, running, handoff.touch_due_at, running.ahead, held.at)
    counted = hours_id if clock.is_new else running.hours_id
    return move(handoff.pk, to.pk if to else None, clock.times, clock.restarts, hours_id=counted)


def _stand_still_where_away(held: InHands, receivers: Mapping[UUID, Member | None]) -> None:
    """Clocks of those whose receiver is away stand still until they are back, where their seam says so. One query where
    nobody is away."""
    waits = [each for each in held.handoffs if held.seam(each).pausing.when_away == WhenAway.PAUSE]
    ids = [to.pk for each in waits if (to := receivers[each.pk])]
    away = TimeOff.objects.filter(member__in=ids, starts_at__lte=held.at, ends_at__gt=held.at)
    absences = {each.member_id: each for each in away.order_by("ends_at")}
    if not absences:
        return
    given = Handoff.objects.filter(pk__in=[each.pk for each in waits], assignee__in=absences, due_at__gt=held.at)
    handoffs = list(given.order_by("pk"))
    pauses = [
        Pause(
            handoff=each,
            kind=Pause.Kind.ABSENCE,
            member_id=each.assignee_id,
            note=absences[each.assignee_id].note,
            at=held.at,
            until_at=absences[each.assignee_id].ends_at,
            by=held.by,
        )
        for each in handoffs
    ]
    begin(handoffs, pauses, **held.moment)
