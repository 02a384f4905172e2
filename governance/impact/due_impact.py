"""Clocks: when the handoffs of the stretch would have been due by either version, and who would have been late.

Recomputed from stored times with both calendars. Open handoffs keep the due time they were given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from blueprint.schema import SeamTerms
from blueprint.schema.vocabularies import OpenClocks
from core.businesstime import due_at
from governance.impact.line_replay import LineKeys
from handoffs.actions.retiming import moves_of, open_on, with_clocks
from handoffs.models import Handoff, KeptHours
from handoffs.rules.allowed import allowed
from handoffs.rules.sla import State, judge

EXAMPLES = 50
MOST_OPEN = 10_000  # newest first; some 50 µs each
MOST_HANDOFFS = 200_000  # newest first; about 10 µs each and version, well inside one step of a worker
COLUMNS = ("number", "record__number", "record__name", "offered_at", "answered_at", "first_touched_at", "state")
TIMED_BY = ("pk", "sla_line", "hours_id")


def timed(old: SeamTerms, new: SeamTerms, lines: LineKeys, *, at: datetime, since: datetime) -> dict[str, Any]:
    """The seam's handoffs of the stretch under both clocks, by the SLA line that each version sets for them (`lines`),
    else the one they kept, and the hours of who had it last. One query, read in parts."""
    handoffs = Handoff.objects.filter(seam_id=new.id, offered_at__gte=since).order_by("-offered_at")
    late, touch_late = [0, 0], [0, 0]
    counted = moved = saved = newly_late = open_late = 0
    by_line: dict[str, list[int]] = {}
    examples: list[dict[str, Any]] = []
    for row in handoffs.values_list(*COLUMNS, *TIMED_BY)[:MOST_HANDOFFS].iterator(chunk_size=5_000):
        offered, answered, touched, state, handoff_id, line, hours_id = row[3:]
        counted += 1
        own = KeptHours.hours_of(hours_id)
        keys = lines.get(handoff_id, (line, line))
        given = [allowed(seam, key, own) for seam, key in zip((old, new), keys, strict=True)]
        dues = [due_at(each.hours, offered, each.answer_minutes) for each in given]
        missed = [judge(due, answered, at) is State.BREACHED for due in dues]
        _count(by_line, keys, missed)
        for place, each in enumerate(given):
            late[place] += missed[place]
            if each.touch_minutes is not None:
                touch_due = due_at(each.hours, offered, each.touch_minutes)
                touch_late[place] += judge(touch_due, touched, at) is State.BREACHED
        moved += dues[0] != dues[1]
        if missed[0] != missed[1]:
            newly_late += missed[1]
            saved += missed[0]
            open_late += missed[1] and state == Handoff.State.OFFERED
            if len(examples) < EXAMPLES:
                examples.append(_example(row, dues, missed))
    return {
        "key": new.key,
        "label": new.label,
        "minutes": _minutes(old, new),
        "touch_minutes": [old.touch_minutes, new.touch_minutes],
        "is_calendar_changed": old.hours != new.hours,
        **{"handoffs": counted, "is_cut": counted == MOST_HANDOFFS, "due_moved": moved},
        **{"late": late, "touch_late": touch_late, "open": clocks_at_publishing(new, at)},
        **{"lines": _told_lines(old, new, by_line) if lines else [], "asked": len(lines)},
        **{"newly_late": newly_late, "no_longer_late": saved, "open_and_late": open_late, "examples": examples},
    }


def _count(by_line: dict[str, list[int]], keys: Sequence[str], missed: Sequence[bool]) -> None:
    """Add one handoff to the line of either version, and to its late ones."""
    for place, key in enumerate(keys):
        told = by_line.setdefault(key, [0, 0, 0, 0])
        told[place] += 1
        told[2 + place] += missed[place]


def _told_lines(old: SeamTerms, new: SeamTerms, by_line: Mapping[str, Sequence[int]]) -> list[dict[str, Any]]:
    """Each SLA line of either version, and last what no line takes: how many and how many late, by both."""
    told = []
    for key in (*dict.fromkeys((*new.sla_by_key, *old.sla_by_key)), ""):
        was, would_be = old.sla_by_key.get(key), new.sla_by_key.get(key)
        line = would_be or was
        counts = by_line.get(key, (0, 0, 0, 0))
        label = line.label if line else "No line: the seam's own minutes"
        minutes = [each.answer_minutes if each else None for each in (was, would_be)] if key else _minutes(old, new)
        told.append({"key": key, "label": label, "minutes": minutes, "handoffs": counts[:2], "late": counts[2:]})
    return told


def _minutes(old: SeamTerms, new: SeamTerms) -> list[int]:
    return [old.answer_minutes, new.answer_minutes]


def clocks_at_publishing(new: SeamTerms, at: datetime) -> dict[str, Any]:
    """What publishing now would do to the clocks that run: how many there are, and who would be late at once, counted
    anew by the new terms. `way` is what the seam says; nobody is late at once where they stay or begin anew. Three
    queries."""
    handoffs = list(open_on([new.id], at).select_related("assignee").order_by("-offered_at")[:MOST_OPEN])
    counted = new.model_copy(update={"open_clocks": OpenClocks.RECALCULATE})
    late: Counter[str] = Counter()
    later = sooner = 0
    for handoff in with_clocks(handoffs, at):
        for clock, move in moves_of(counted, handoff, at).values():
            if clock in handoff.clocks.all():
                late[handoff.assignee.name if handoff.assignee else "A queue"] += move.due_at <= at
                later += move.due_at > clock.due_at
                sooner += move.due_at < clock.due_at
    who = [{"name": name, "count": count} for name, count in late.most_common(EXAMPLES) if count]
    told = {"way": new.open_clocks.value, "clocks": len(handoffs), "is_cut": len(handoffs) == MOST_OPEN}
    return {**told, "later": later, "sooner": sooner, "late": late.total(), "who": who}


def _example(row: tuple[Any, ...], dues: list[datetime], missed: list[bool]) -> dict[str, Any]:
    number, record, name, offered, answered, *_ = row
    return {
        "handoff": number,
        "number": record,
        "name": name,
        "offered_at": offered.isoformat(),
        "answered_at": answered.isoformat() if answered else None,
        "due": [due.isoformat() for due in dues],
        "late": missed,
    }
