"""What counts of a company for measures of any source, found thing by thing: plain Python, no statement."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from blueprint.schema import MetricTerms
from core.businesstime import minutes_between
from core.history.models import Event
from handoffs.models import Assignment, Escalation, Handoff, Task
from lifecycle.models import Activity, Record, StageStay
from tests.scorecard.reckoned_history import Counted, History

LENGTHS = {"minutes": timedelta(minutes=1), "hours": timedelta(hours=1), "days": timedelta(days=1)}


@dataclass
class Thing:
    """One thing of a source: the row with its dates, and its record."""

    row: Any
    record: Record
    member: UUID | None
    cause: str = ""
    stage: UUID | None = None
    currency: str = ""


# The lines of the metrics that are reckoned, said once more.
LINES: dict[str, Callable[[Thing], bool]] = {
    "": lambda thing: True,
    "handoff_state == 'rejected' && blank(handoff_reason)": lambda t: t.row.state == "rejected" and not t.row.reason_id,
    "handoff_is_late && source == 'Web'": lambda t: t.row.breached_at is not None and t.record.source == "Web",
    "activity_kind == 'call'": lambda t: t.row.kind == "call",
    "stay_cause == 'override'": lambda t: t.row.cause == "override",
    "known(source)": lambda t: bool(t.record.source),
    "assignment_is_missed": lambda t: t.row.missed,
}


def things(history: History, source: str, asked: dict[str, Any]) -> Iterator[Thing]:
    rows, seam = history.company.rows, asked.get("seam", "")
    seams = {each.id for each in history.blueprint.seams if seam in ("", each.key)}
    if source == "records":
        yield from (Thing(r, r, None, r.kind, currency=r.currency) for r in history.records)
    elif source == "stays":
        stages = history.stages(asked.get("stages", ""))
        for stay in (stay for path in history.paths.values() for stay in path if stay.stage_id in stages):
            yield Thing(stay, stay.record, None, stay.cause, stay.stage_id, stay.currency)
    elif source == "handoffs":
        found = (h for h in rows[Handoff] if h.seam_id in seams)
        yield from (Thing(h, h.record, h.assignee_id, h.state, currency=h.record.currency) for h in found)
    elif source == "assignments":
        given = (each for each in rows[Assignment] if each.handoff.seam_id in seams)
        yield from (Thing(each, each.handoff.record, each.member_id, each.cause) for each in given)
    elif source == "escalations":
        steps = (each for each in rows[Escalation] if each.handoff.seam_id in seams)
        yield from (Thing(each, each.handoff.record, each.from_member_id, each.action) for each in steps)
    elif source == "activities":
        yield from (Thing(each, each.record, each.member_id, each.kind) for each in rows[Activity])
    elif source == "tasks":
        yield from (Thing(each, each.record, each.assignee_id, each.kind) for each in rows[Task])
    else:
        records = {record.pk: record for record in history.records}
        told = (event for event in rows[Event] if event.kind == asked["event"])
        yield from (Thing(event, records[event.record_id], event.actor_id) for event in told)


def date_of(history: History, thing: Thing, path: str) -> datetime | None:
    found = getattr(thing.row, path.partition(".")[2])
    if found is None or isinstance(found, datetime):
        return found
    return datetime.combine(found, time(), history.zone)


def counted(history: History, thing: Thing, path: str, at: datetime, **known: Any) -> Counted:
    usual: dict[str, Any] = {"cause": thing.cause, "stage": thing.stage, "member": thing.member}
    if isinstance(thing.row, StageStay):
        usual["held"] = history.held(thing.row, has_left=path.endswith("exited_at"))
    return Counted(record=thing.record, day=history.on(at), **{**usual, **known})


def simple(history: History, metric: MetricTerms) -> Iterator[Counted]:
    """Counts and shares: each thing that meets `where`, and of those the ones that meet `that`."""
    asked = metric.parameters
    for thing in things(history, asked["dated"].partition(".")[0], asked):
        at = date_of(history, thing, asked["dated"])
        if at and LINES[asked.get("where", "")](thing):
            is_met = LINES[asked.get("that", "")](thing)
            yield counted(history, thing, asked["dated"], at, numerator=int(is_met), denominator=1)


def summed(history: History, metric: MetricTerms) -> Iterator[Counted]:
    asked = metric.parameters
    for thing in things(history, asked["dated"].partition(".")[0], asked):
        at, name = date_of(history, thing, asked["dated"]), asked["amount"].partition(".")[2]
        if at is None or not LINES[asked.get("where", "")](thing):
            continue
        if metric.unit != "money":
            yield counted(history, thing, asked["dated"], at, numerator=thing.row.clock_run - 1, denominator=1)
            continue
        holder = thing.row if hasattr(thing.row, name) else thing.record
        amount: Decimal | None = getattr(holder, name)
        money = history.money(amount, thing.currency, history.on(at))
        sums = {"amounts": money["amounts"], "unconverted": money["unconverted"], "denominator": money["amounts"]}
        told = {"aside": int(amount is None), "cause": money["cause"] or thing.cause}
        yield counted(history, thing, asked["dated"], at, numerator=money["amount"], **sums, **told)


def elapsed(history: History, metric: MetricTerms) -> Iterator[Counted]:
    asked = metric.parameters
    is_oldest = asked.get("told") == "oldest"
    by_start = is_oldest or asked.get("dated") == "start"
    for thing in things(history, asked["from"].partition(".")[0], asked):
        start, end = (date_of(history, thing, asked[name]) for name in ("from", "to"))
        day = start if by_start else end
        if not start or not day or (end and end < start) or (end and is_oldest):
            continue
        until = history.at if is_oldest else end
        took = None
        if until and asked.get("calendar"):
            calendar = next(c for c in history.blueprint.calendars if c.key == asked["calendar"])
            took = int(minutes_between(calendar.hours, start, until) * timedelta(minutes=1) // LENGTHS[metric.unit])
        elif until and metric.unit == "days":
            took = max(0, (history.shown(until) - history.shown(start)).days)
        elif until:
            took = (until - start) // LENGTHS[metric.unit]
        known = {"numerator": took or 0, "denominator": int(took is not None), "aside": int(took is None)}
        yield counted(history, thing, asked["from" if by_start else "to"], day, measure=took, **known)
