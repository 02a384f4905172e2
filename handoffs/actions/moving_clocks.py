"""Moving clocks that run: those of handoffs that stand still for a while, or go on before it was thought."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from core.businesstime import every_hour
from core.sql import load
from handoffs.models import Clock, Handoff
from handoffs.rules.halts import moved
from handoffs.rules.rungs import in_order, rung_of

MOVE_CLOCKS = load("handoffs", "move_clocks")


class ClockHold(NamedTuple):
    """A handoff whose clocks stand still until then; before, it was thought to be another moment."""

    handoff: Handoff
    since: datetime
    until: datetime


def hold_clocks(holds: Sequence[ClockHold], at: datetime) -> None:
    """Move every clock of these locked handoffs that runs and is not yet due, with its steps ahead. Two queries."""
    if not holds:
        return
    running = Clock.objects.filter(
        handoff__in=[each.handoff.pk for each in holds], stopped_at=None, state=Clock.State.RUNNING
    )
    clocks: dict[UUID, list[Clock]] = {}
    for clock in running:
        clocks.setdefault(clock.handoff_id, []).append(clock)
    told, shown = [], []
    for hold in holds:
        there = [each for each in clocks.get(hold.handoff.pk, []) if each.due_at >= hold.since]
        told += [moved_clock(each, hold) for each in there]
        shown.append(_shown(hold, at, is_answered_for=any(each.kind == Clock.Kind.ANSWER for each in there)))
    write_moves(told, shown)


def write_moves(clocks: Sequence[Mapping[str, Any]], handoffs: Sequence[Mapping[str, Any]]) -> None:
    """Write where they went. One query."""
    MOVE_CLOCKS.run(clocks=json.dumps(clocks), handoffs=json.dumps(handoffs))


def moved_clock(clock: Clock, hold: ClockHold) -> dict[str, Any]:
    """Where a clock goes with its hold, as `sql/move_clocks.sql` reads it."""
    hours = hold.handoff.allowed_in(clock.hours_id).hours
    hours = every_hour(hours.time_zone) if clock.is_wall else hours

    def there(moment: datetime) -> datetime:
        return moved(hours, moment, hold.since, hold.until)

    due, steps = there(clock.due_at), list(map(rung_of, clock.ahead))
    ahead = in_order(
        rung if rung.at < hold.since else rung.beside(clock.due_at, due, there, hold.until) for rung in steps
    )
    is_next = bool(steps) and clock.next_rung_at == steps[0].at  # a step that was set aside waits for another moment
    next_at = ahead[0].at if is_next else clock.next_rung_at and there(clock.next_rung_at)
    return {
        "clock": str(clock.pk),
        "started": clock.started_at.isoformat(),
        "due": due.isoformat(),
        "rungs": clock.rungs[: clock.rung] + [rung.row for rung in ahead],
        "rung": clock.rung,
        "next": next_at and next_at.isoformat(),
    }


def _shown(hold: ClockHold, at: datetime, is_answered_for: bool) -> dict[str, Any]:
    """What the handoff shows of it, also to itself. One that was answered keeps when its answer was due."""
    handoff, hours = hold.handoff, hold.handoff.allowed.hours
    if is_answered_for:
        handoff.due_at = moved(hours, handoff.due_at, hold.since, hold.until)
    if handoff.touch_due_at and handoff.first_touched_at is None:
        handoff.touch_due_at = moved(hours, handoff.touch_due_at, hold.since, hold.until)
    handoff.paused_until = hold.until if hold.until > at else None
    return shown_as(handoff.pk, handoff.due_at, handoff.touch_due_at, handoff.paused_until)


def shown_as(
    handoff_id: UUID, due: datetime, touch_due: datetime | None, paused_until: datetime | None
) -> dict[str, str | None]:
    """What a handoff shows of its clocks, as `sql/move_clocks.sql` reads it."""
    return {
        "handoff": str(handoff_id),
        "due": due.isoformat(),
        "touch_due": touch_due.isoformat() if touch_due else None,
        "paused_until": paused_until.isoformat() if paused_until else None,
    }
