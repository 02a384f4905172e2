"""Standing still: beginning and ending the pauses of handoffs, with all that their clocks show of it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from core.businesstime import due_at
from core.history.actions import record_all
from core.people.models import Member, TimeOff
from handoffs.actions.moving_clocks import ClockHold, hold_clocks
from handoffs.actions.settling import settle
from handoffs.models import Handoff, Pause
from handoffs.rules.escalation import WAITS
from handoffs.rules.halts import Halt, minutes_left


def begin(handoffs: Sequence[Handoff], pauses: Sequence[Pause], *, by: Member | None, at: datetime) -> None:
    """Write one pause for each of these locked handoffs, move their clocks, and tell history. Four queries."""
    if not handoffs:
        return
    Pause.objects.bulk_create(pauses)
    holds = []
    for handoff, pause in zip(handoffs, pauses, strict=True):
        stood_until = max(at, handoff.paused_until or at)
        if pause.until_at > stood_until:
            holds.append(ClockHold(handoff, stood_until, pause.until_at))
    hold_clocks(holds, at)
    told = [
        ("handoff.paused", "handoff", handoff.pk, handoff.record_id, _facts(handoff, pause))
        for handoff, pause in zip(handoffs, pauses, strict=True)
    ]
    record_all(told, at=at, actor=by)


def _facts(handoff: Handoff, pause: Pause) -> dict[str, Any]:
    return {"number": handoff.number, "why": pause.why, "until": pause.until_at.isoformat(), "note": pause.note}


def wake(
    handoffs: Sequence[Handoff], *, by: Member | None, at: datetime, kinds: Collection[str] = Pause.Kind.values
) -> list[Handoff]:
    """End the pauses of these locked handoffs that stand now, of some kinds: their clocks go on as far as nothing else
    holds them. Which of them had one. One query where none has."""
    standing: dict[UUID, list[Pause]] = {}
    for each in Pause.objects.filter(handoff__in=handoffs, ended_at=None, until_at__gt=at):
        standing.setdefault(each.handoff_id, []).append(each)
    found = [each for each in handoffs if any(one.kind in kinds for one in standing.get(each.pk, ()))]
    if not found:
        return []
    at = max([at, *(one.at for those in standing.values() for one in those)])  # whoever began it may have held us up
    ended, holds = list[UUID](), list[ClockHold]()
    for handoff in found:
        stood = standing[handoff.pk]
        ended += [each.pk for each in stood if each.kind in kinds]
        others = [each.until_at for each in stood if each.kind not in kinds]
        holds.append(ClockHold(handoff, max(each.until_at for each in stood), max(others, default=at)))
    Pause.objects.filter(pk__in=ended).update(ended_at=at)
    hold_clocks(holds, at)
    waiting = {one.handoff_id for those in standing.values() for one in those if one.pk not in ended and one.by_hand}
    if goes_on := {each.pk: "The clock goes on." for each in found if each.pk not in waiting}:
        settle(goes_on, list(WAITS.values()), by=by, at=at)
    told = [
        ("handoff.resumed", "handoff", each.pk, each.record_id, {"number": each.number, "due_at": _due(each)})
        for each in found
    ]
    record_all(told, at=at, actor=by)
    return found


def stand_still_if_away(handoff: Handoff, *, by: Member | None, at: datetime) -> None:
    """Where whoever has a locked handoff is away now, its clocks stand still until they are back. One query where they
    are here."""
    away = TimeOff.objects.filter(member=handoff.assignee_id, starts_at__lte=at, ends_at__gt=at)
    absence = away.order_by("-ends_at").first()
    if absence and handoff.due_at > at:
        stand_still_while_away([handoff], absence, by=by, at=at)


def stand_still_while_away(handoffs: Sequence[Handoff], absence: TimeOff, *, by: Member | None, at: datetime) -> None:
    """The clocks of these locked handoffs stand still until who has them is back. A few hours off are planned easily,
    and so is more that is taken back: they use up what the seam allows for pauses, and after one that was taken back,
    or for a few hours, no longer does the clock stand still. One query, and those of `begin`."""
    before: dict[UUID, list[Pause]] = {}
    for pause in Pause.objects.filter(handoff__in=handoffs):
        before.setdefault(pause.handoff_id, []).append(pause)
    is_short = absence.ends_at - at < Pause.SHORT_ABSENCE
    held, pauses = [], []
    for each in handoffs:
        until, stood = absence.ends_at, before.get(each.pk, ())
        if is_short or any(one.is_taken_back(absence.member_id) for one in stood):
            hours, spent = each.allowed.hours, [one for one in stood if one.uses_up(absence.member_id)]
            left = minutes_left(each.seam_terms.pausing, hours, [Halt(one.at, one.over_at, "") for one in spent])
            until = min(until, due_at(hours, at, left)) if left else at
        if until > at:
            said = {"note": absence.note[:200], "at": at, "until_at": until, "by": by}
            held.append(each)
            pauses.append(Pause(handoff=each, kind=Pause.Kind.ABSENCE, member_id=absence.member_id, **said))
    begin(held, pauses, by=by, at=at)


def _due(handoff: Handoff) -> str:
    return handoff.due_at.isoformat()
