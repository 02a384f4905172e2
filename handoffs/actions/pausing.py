"""Pausing by hand: the clocks of a handoff stand still while somebody else has to act, as its seam allows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from blueprint.schema import ReasonTerms
from core.businesstime import due_at
from core.errors import BadInput, NotPermitted, RuleSaysNo
from core.people.models import Member
from core.people.permissions import permit
from handoffs.actions.access import InHand, hold, is_theirs
from handoffs.actions.standing_still import begin, wake
from handoffs.actions.tasking import waiting_task
from handoffs.models import Clock, Handoff, Pause
from handoffs.queries.pause_budget import budget_of
from handoffs.refused import HandoffAlreadyAnswered
from handoffs.rules import packet
from handoffs.rules.escalation import WAITS
from handoffs.rules.halts import Budget, looked_at_by

LONGEST_NOTE = 500


@dataclass(frozen=True)
class WantedPause:
    """Why a clock shall stand still, until when (None: as long as it may), and which items of the packet the sender is
    asked for. With items it waits for the sender, else for the customer."""

    reason: str = ""
    note: str = ""
    until: datetime | None = None
    gaps: Sequence[str] = ()


def pause(handoff: Handoff, wanted: WantedPause, *, by: Member, at: datetime) -> Handoff:
    """Stop the clocks of a handoff: whoever has it, or who leads them. Whoever waits has a task that is due before the
    pause ends; the sender has one where the packet is asked for. It goes on by itself.

    Beats: permit, lock, decide (allowed, not used up, not late, a reason), write, record. Raises NotPermitted,
    HandoffAlreadyAnswered, RuleSaysNo, BadInput."""
    permit(by, "handoff.answer")
    with transaction.atomic():
        held = hold(handoff, by=by, at=at, must_be_open=False)
        present, at = held.handoff, held.at
        _check_whose(held)
        gaps = _gaps(held, wanted.gaps)
        reason = None if gaps else _reason(held, wanted)
        until = _until(held, _left(held, bool(gaps)), wanted.until)
        kind = Pause.Kind.PACKET if gaps else Pause.Kind.CUSTOMER
        said = {"reason_id": reason.id if reason else None, "note": wanted.note.strip(), "gaps": gaps}
        row = Pause(handoff=present, kind=kind, member_id=present.assignee_id, by=by, at=at, until_at=until, **said)
        begin([present], [row], by=by, at=at)
        look_at = looked_at_by(present.allowed.hours, at, until, held.seam.pausing.reminder_minutes)
        waiting_task(held, WAITS[kind], packet.labels(held.seam.packet, gaps), look_at)
    return present


def resume(handoff: Handoff, *, by: Member, at: datetime) -> Handoff:
    """Let the clocks go on that somebody stopped by hand. Raises NotPermitted, HandoffAlreadyAnswered, RuleSaysNo."""
    permit(by, "handoff.answer")
    with transaction.atomic():
        held = hold(handoff, by=by, at=at, must_be_open=False)
        _check_whose(held)
        if not wake([held.handoff], by=by, at=held.at, kinds=Pause.BY_HAND):
            raise RuleSaysNo("Nobody stopped its clock by hand.", code="not_paused")
    return held.handoff


def _check_whose(held: InHand) -> None:
    """A clock that runs, of whoever acts or of somebody they lead."""
    handoff, by = held.handoff, held.by
    is_open = handoff.state == Handoff.State.OFFERED
    if not is_open and (handoff.state != Handoff.State.ACCEPTED or handoff.first_touched_at):
        raise HandoffAlreadyAnswered(handoff)
    if handoff.assignee_id is None:
        raise RuleSaysNo("Nobody has it yet, so nobody waits for anything.", code="nobody_has_it")
    if not is_theirs(handoff, by):
        raise NotPermitted("Whoever has it, or who leads them, stops and starts its clock.", code="not_yours")


def _left(held: InHand, is_for_packet: bool) -> Budget:
    """How long it may stand still. Raises RuleSaysNo where it may not at all."""
    handoff, terms = held.handoff, held.seam.pausing
    if terms.times == 0 or (is_for_packet and not terms.for_packet):
        said = "while the sender fills the packet" if is_for_packet and terms.times else "by hand"
        raise RuleSaysNo(f"{held.seam.label}: its clocks do not stand still {said}.", code="pauses_not_allowed")
    if (until := handoff.paused_until) and until > held.at:
        facts = {"until": until.isoformat()}
        raise RuleSaysNo("Its clock stands still already.", code="paused_already", facts=facts)
    kind = Clock.Kind.ANSWER if handoff.state == Handoff.State.OFFERED else Clock.Kind.FIRST_TOUCH
    running = Clock.objects.filter(handoff=handoff, kind=kind, state=Clock.State.RUNNING, stopped_at=None)
    if not running.filter(due_at__gt=held.at).exists():
        raise RuleSaysNo("It is past due, which no pause makes good.", code="past_due")
    left = budget_of(handoff, held.seam, Pause.objects.filter(handoff=handoff))
    if left.is_spent:
        used = {"times": terms.times, "minutes": terms.minutes}
        said = f"It was paused as often or as long as it may: {terms.times} times, {terms.minutes:,} working minutes."
        raise RuleSaysNo(said, code="pauses_used_up", facts=used)
    return left


def _until(held: InHand, left: Budget, wanted: datetime | None) -> datetime:
    last = due_at(held.handoff.allowed.hours, held.at, left.minutes)
    if wanted is None:
        return last
    if wanted <= held.at:
        raise BadInput("A pause ends in the future.", code="in_the_past", field="until")
    if wanted > last:
        facts = {"latest": last.isoformat()}
        raise BadInput("That is longer than it may stand still.", code="too_long", field="until", facts=facts)
    return wanted


def _reason(held: InHand, wanted: WantedPause) -> ReasonTerms:
    if len(wanted.note) > LONGEST_NOTE:
        raise BadInput(f"A note has at most {LONGEST_NOTE} letters.", code="too_long", field="note")
    if not wanted.reason:
        raise BadInput("Say what you wait for: choose a reason.", code="reason_needed", field="reason")
    try:
        reason = held.lifecycle.reason("pause", wanted.reason)
    except KeyError:
        raise BadInput("There is no such reason.", code="unknown_reason", field="reason") from None
    if reason.needs_note and not wanted.note.strip():
        raise BadInput(f"“{reason.label}” needs a note.", code="note_needed", field="note")
    return reason


def _gaps(held: InHand, given: Sequence[str]) -> list[str]:
    """The items that the sender is asked for; one at least says nothing yet, or nobody would ever end the pause."""
    known = {item.key: item for item in held.seam.packet}
    if unknown := [key for key in given if key not in known]:
        raise BadInput("The packet has no such item.", code="unknown_item", field="gaps", facts={"items": unknown})
    if given and not any(packet.why_missing(known[key], held.handoff.packet.get(key)) for key in given):
        raise BadInput("These items are filled in already.", code="not_missing", field="gaps")
    return list(dict.fromkeys(given))
