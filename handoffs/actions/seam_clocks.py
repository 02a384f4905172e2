"""Clocks of a seam beside answer and first touch: they begin with the acceptance, and stop when what they ask for is
done."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from blueprint.documents import blueprint_of
from blueprint.expressions.fields import Catalogue
from blueprint.expressions.source import BadExpression
from blueprint.expressions.to_sql import to_sql
from core.businesstime import due_at, every_hour
from core.history.actions import record_all
from core.people.models import Member
from core.sql import Fragment, SqlFile, load
from core.tenancy.scope import current_id
from handoffs.actions.settling import settle
from handoffs.handoff_columns import COLUMNS
from handoffs.models import Clock, Handoff, KeptHours
from handoffs.rules.allowed import allowed
from handoffs.rules.escalation import TASK_KINDS

STEP = 900  # of the first of them; they stand outside the ladder of the answer
CLOCKS_DONE = load("handoffs", "clocks_done")
USUAL = tuple(Clock.Kind.values)


def begin_seam_clocks(handoffs: Iterable[Handoff], *, by: Member, at: datetime) -> None:
    """These were accepted: what else their seams ask for begins now, in the hours of who has it; what is done already
    is. No query where no seam asks for anything."""
    clocks = [
        Clock(handoff=handoff, run=handoff.clock_run, member_id=handoff.assignee_id, **_times(handoff, place, at))
        for handoff in handoffs
        for place in range(len(handoff.seam_terms.steps))
    ]
    if clocks:
        Clock.objects.bulk_create(clocks, ignore_conflicts=True)
        _stop_done(Clock.objects.filter(pk__in=[each.pk for each in clocks]), by=by, at=at)


def _times(handoff: Handoff, place: int, at: datetime) -> dict[str, Any]:
    seam = handoff.seam_terms
    terms, began = seam.steps[place], handoff.offered_at if seam.steps[place].since_offer else at
    hours = allowed(seam, handoff.sla_line, KeptHours.hours_of(handoff.hours_id)).hours
    due = due_at(every_hour(hours.time_zone) if terms.wall_time else hours, began, terms.minutes)
    rung = {"action": "late", "at": due.isoformat(), "step": STEP + place, "label": terms.label}
    rung |= {"task": f"{TASK_KINDS['late']}_{place}", "wall": terms.wall_time}
    times = {"started_at": began, "due_at": due, "rungs": [rung], "next_rung_at": due}
    return {"kind": terms.kind, "hours_id": handoff.hours_id, **times}


def look_at_seam_clocks(ids: Collection[UUID], *, at: datetime) -> None:
    """These records were written: what is done now stops. Three queries, and two for each thing that is asked for."""
    accepted = Handoff.objects.filter(state=Handoff.State.ACCEPTED)
    of = {*accepted.filter(record__in=ids).values_list("pk", flat=True)}
    of |= {*accepted.filter(result__in=ids).values_list("pk", flat=True)}
    if of:
        _stop_done(Clock.objects.filter(handoff__in=of), by=None, at=at)


def _stop_done(clocks: Any, *, by: Member | None, at: datetime) -> None:
    """Those of these clocks stop that ask for what is done."""
    found = clocks.filter(stopped_at=None).exclude(kind__in=USUAL).select_related("handoff")
    asking: dict[tuple[int, str], list[Clock]] = defaultdict(list)
    for clock in found.order_by("pk"):
        version = clock.handoff.blueprint_version
        terms = blueprint_of.at(current_id(), version).seams_by_id[clock.handoff.seam_id].clocks_by_kind.get(clock.kind)
        if terms is not None:
            asking[version, terms.done_when].append(clock)
    for (version, condition), those in asking.items():
        catalogue = blueprint_of.at(current_id(), version).ladder_catalogue
        is_done = dict(_done(condition, catalogue).rows(clocks=[each.pk for each in those], at=at))  # type: ignore[arg-type]
        stop_clocks([each for each in those if is_done.get(each.pk)], Clock.State.MET, by=by, at=at)


@lru_cache(maxsize=256)
def _done(condition: str, catalogue: Catalogue) -> SqlFile:
    """The statement that judges one condition; one that can no longer be read is known of no record."""
    try:
        test = to_sql(condition, catalogue, columns=COLUMNS, now_sql="asked.moment")
    except BadExpression:
        return CLOCKS_DONE.fill(condition="null::boolean")
    return CLOCKS_DONE.fill(condition=Fragment.of("tested", test))


def stop_clocks(clocks: Sequence[Clock], state: Clock.State, *, by: Member | None, at: datetime) -> None:
    """They stop; one whose time has passed was missed, whatever is done now. Its task closes."""
    events, is_done = [], state == Clock.State.MET
    outcomes: dict[str, dict[UUID, str]] = defaultdict(dict)
    for clock in clocks:
        stopped_at = max(at, clock.started_at)
        late = clock.breached_at is not None or clock.due_at < stopped_at
        clock.stopped_at, clock.next_rung_at = stopped_at, None
        clock.breached_at = clock.due_at if late else None
        clock.state = Clock.State.BREACHED if late else state
        outcomes[clock.rungs[0]["task"]][clock.handoff_id] = "Done." if is_done else "It is no longer asked for."
        facts = {"number": clock.handoff.number, "clock": clock.label, "in_time": is_done and not late}
        kind = "handoff.clock_kept" if is_done else "handoff.clock_ended"
        events.append((kind, "handoff", clock.handoff_id, clock.handoff.record_id, facts))
    Clock.objects.bulk_update(clocks, ["stopped_at", "next_rung_at", "breached_at", "state"])
    for kind, those in outcomes.items():
        settle(those, [kind], by=by, at=at)
    record_all(events, at=at, actor=by)
