"""Changing hands by hand: a manager gives an open handoff to somebody else."""

from datetime import datetime

from django.db import transaction

from blueprint.schema import Blueprint, SeamTerms
from blueprint.schema.vocabularies import WhenAway
from core.errors import BadInput, NotPermitted
from core.people.models import Member
from core.people.permissions import permit
from handoffs.actions.access import hold, is_theirs
from handoffs.actions.changing_hands import move, write
from handoffs.actions.in_bulk.gift_undo import keep_gift
from handoffs.actions.standing_still import stand_still_if_away, wake
from handoffs.models import Clock, Handoff, KeptHours, OwnHours
from handoffs.rules.allowed import allowed
from handoffs.rules.given_by_hand import next_clock
from lifecycle.rules.owners import why_not_owner


def counting_pools(lifecycle: Blueprint, seam: SeamTerms) -> list[str]:
    """The pools of a seam in which a gift counts as a turn, in the order of its rules; last, that of its queue."""
    queue = lifecycle.queue_for(seam)
    ids = [rule.pool_id for rule in seam.rules if rule.pool_id] + ([queue.id] if queue else [])
    pools = [lifecycle.pools_by_id[each] for each in dict.fromkeys(ids)]
    return [str(pool.id) for pool in pools if pool.counts_gifts]


def reassign(handoff: Handoff, to: Member, *, by: Member, at: datetime, note: str = "") -> Handoff:
    """A manager gives an open handoff to somebody else; the clock goes on, unless the seam allows it to begin anew. It
    counts as a turn of theirs where their pool counts gifts, and the turn of who had it is given back.

    Raises NotPermitted, HandoffAlreadyAnswered, BadInput."""
    permit(by, "handoff.reassign")
    with transaction.atomic():
        held = hold(handoff, by=by, at=at)
        present = held.handoff
        if not is_theirs(present, by):
            raise NotPermitted("Only who leads whoever has it gives it to somebody else.", code="not_yours")
        if why_not := why_not_owner(to):  # who accepts owns the record
            raise BadInput(why_not[1], code=why_not[0], field="to")
        if to.pk == present.assignee_id:
            raise BadInput(f"{to.name} has it already.", code="same_assignee", field="to")
        touch_due = present.touch_due_at
        if present.is_paused(held.at):
            wake([present], by=by, at=held.at)
        running = Clock.objects.get(handoff=present, kind=Clock.Kind.ANSWER, stopped_at=None)
        hours_id = OwnHours.of_receiver(to.pk, present.team_id)
        theirs = allowed(present.seam_terms, present.sla_line, KeptHours.hours_of(hours_id))
        clock = next_clock(theirs, running, present.touch_due_at, running.ahead, held.at)
        told = {"trace": {"by": by.name, "note": note[:500]}, "gives_back": True}
        told["gift_pools"] = counting_pools(held.lifecycle, held.seam)
        counted = hours_id if clock.is_new else running.hours_id
        change = move(present.pk, to.pk, clock.times, clock.restarts, hours_id=counted) | told
        write([change], held.lifecycle, cause="manual", by=by, at=held.at)
        given: Handoff = Handoff.objects.get(pk=handoff.pk)
        if held.seam.pausing.when_away == WhenAway.PAUSE:
            stand_still_if_away(given, by=by, at=held.at)
        keep_gift(given, touch_due, by=by, at=held.at)
    return given
