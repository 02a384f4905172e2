"""Ladders of stages: clocks that begin where a record enters, and what happens when it stays too long."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from blueprint.documents import blueprint_of
from blueprint.expressions.fields import Catalogue
from blueprint.expressions.source import BadExpression
from blueprint.expressions.to_sql import to_sql
from blueprint.schema import Blueprint, StageTerms
from core.businesstime import BadCalendar, NoWorkingHours, WorkingCalendar
from core.history.actions import blueprint_version, request_id
from core.people.models import Member, Workspace
from core.sql import Fragment, SqlFile, load
from core.tenancy.scope import current_id
from handoffs.actions.chasing import raised_at
from handoffs.actions.rung_extras import SKIPPED, Asked
from handoffs.models import Escalation, StageClock
from handoffs.rules.rung_words import rung_words
from handoffs.rules.stage_rungs import again_at, first_ahead, stage_rungs
from lifecycle.facts import RECORD_SQL
from lifecycle.models import Record

BATCH = 500
LEAVE_STAGES = load("handoffs", "leave_stages")
CLAIM_STAGE_STEPS = load("handoffs", "claim_stage_steps")
STAGE_RUNGS_MET = load("handoffs", "stage_rungs_met")
TAKE_STAGE_STEPS = load("handoffs", "take_stage_steps")


class StageStep(NamedTuple):
    """A claimed clock of a stage, and its step that fell due."""

    clock_id: UUID
    record_id: UUID
    stage_id: UUID
    version: int
    due_at: datetime
    rungs: str  # JSON
    rung: int
    fell_due_at: datetime
    is_there: bool

    @property
    def steps(self) -> list[dict[str, Any]]:
        """Every step of its ladder."""
        steps: list[dict[str, Any]] = json.loads(self.rungs)
        return steps

    @property
    def said(self) -> dict[str, Any]:
        """The step that is due; after the last one that is taken again, where its condition is still met. One that only
        told somebody becomes a task then, for whom it told."""
        steps = self.steps
        if self.rung < len(steps):
            return steps[self.rung]
        return steps[-1] | ({"action": "task"} if steps[-1]["action"] == "warn" else {})


def follow_ages(
    workspace: Workspace, entered: Mapping[UUID, Sequence[UUID]], *, by: Member | None, at: datetime
) -> None:
    """Records entered stages: the clocks of those they left stop and their tasks close; those of the stages they are in
    now begin. One query, and two for each stage with a ladder."""
    ids = [record_id for those in entered.values() for record_id in those]
    _leave(ids, entered, "It has moved on.", by, at)
    blueprint = blueprint_of(workspace)
    for stage_id in blueprint.limited_stages.keys() & entered.keys():
        found = Record.objects.filter(pk__in=entered[stage_id], stage_id=stage_id)
        _begin(workspace, blueprint.limited_stages[stage_id], found.values_list("pk", "entered_stage_at"), at)


def _leave(record_ids: Sequence[UUID], stages: Collection[UUID], outcome: str, by: Member | None, at: datetime) -> None:
    """The clocks of these records stop but those of these stages, and the tasks about their age close. One query."""
    told = {"blueprint_version": blueprint_version.get(), "request_id": request_id.get(), "outcome": outcome}
    LEAVE_STAGES.run(records=list(record_ids), stages=list(stages), by=by.pk if by else None, at=at, **told)


def follow_walked(*, workspace: Workspace, record_ids: Collection[UUID], at: datetime, **news: Any) -> None:
    """A version was published, and these records are asked by it: who stands in a stage with a ladder and has no clock
    of it gets one, from the day they entered. One query, and one for each stage of which there are some."""
    limited = blueprint_of(workspace).limited_stages
    if not limited:
        return
    own = {"record": OuterRef("pk"), "stage_id": OuterRef("stage_id"), "entered_at": OuterRef("entered_stage_at")}
    standing = Record.objects.filter(~Exists(StageClock.objects.filter(**own)), pk__in=record_ids, stage_id__in=limited)
    found: dict[UUID, list[tuple[UUID, datetime]]] = defaultdict(list)
    for record_id, stage_id, entered_at in standing.values_list("pk", "stage_id", "entered_stage_at"):
        found[stage_id].append((record_id, entered_at))
    for stage_id, records in found.items():
        _begin(workspace, limited[stage_id], records, at)


def _begin(workspace: Workspace, stage: StageTerms, records: Iterable[tuple[UUID, datetime]], at: datetime) -> None:
    """A clock for each of these records, which entered the stage then: of the steps that are over, the newest is still
    taken, now."""
    blueprint = blueprint_of(workspace)
    of_moment: dict[datetime, dict[str, Any]] = {}
    clocks = []
    for record_id, entered_at in records:
        if entered_at not in of_moment:
            due, rungs = stage_times(blueprint, stage, entered_at)
            place = first_ahead(rungs, at)
            of_moment[entered_at] = {
                "due_at": due,
                "rungs": rungs,
                "rung": place,
                "taken": [_passed(rungs[each], each, at) for each in range(place)],
                "next_rung_at": max(datetime.fromisoformat(rungs[place]["at"]), at) if rungs else None,
            }
        clocks.append(
            StageClock(
                record_id=record_id,
                stage_id=stage.id,
                blueprint_version=workspace.blueprint_version,
                entered_at=entered_at,
                **of_moment[entered_at],
            )
        )
    StageClock.objects.bulk_create(clocks, ignore_conflicts=True, batch_size=2_000)


def _passed(rung: Mapping[str, Any], place: int, at: datetime) -> dict[str, Any]:
    """A step that is over, as `sql/take_stage_steps.sql` keeps what it takes."""
    said = {"action": rung["action"], "words": rung_words(rung), "condition": rung.get("condition"), "at": rung["at"]}
    skipped = Escalation.Skipped.EARLIER.value
    return {"rung": place, **said, "taken_at": at.isoformat(), "skipped": skipped, "task": None, "to": ""}


def stage_times(blueprint: Blueprint, stage: StageTerms, entered_at: datetime) -> tuple[datetime, list[dict[str, Any]]]:
    """When the age limit is over for who entered then, and the steps as a clock keeps them, in the hours of the first
    calendar; by the clock on the wall where nobody works."""
    try:
        return stage_rungs(stage, entered_at, _hours(blueprint))
    except (BadCalendar, NoWorkingHours):
        return stage_rungs(stage, entered_at, None)


def _hours(blueprint: Blueprint) -> WorkingCalendar | None:
    return blueprint.calendars[0].hours if blueprint.calendars else None


def scan_stages(workspace: Workspace, at: datetime, *, limit: int = BATCH) -> int:
    """Take up to `limit` due steps of stages in the workspace in scope, and how many there were: each once, whoever
    else looks. A record that left has none, nor has one whose stage has no ladder any more."""
    limited = blueprint_of(workspace).limited_stages
    with transaction.atomic():
        due = [StageStep(*row) for row in CLAIM_STAGE_STEPS.rows(at=at, most=limit)]
        gone = [each.clock_id for each in due if not each.is_there]
        if gone:
            StageClock.objects.filter(pk__in=gone).update(next_rung_at=None, stopped_at=at)
        over = [each for each in due if each.stage_id not in limited and (each.is_there or not limited)]
        if over:
            _leave([each.record_id for each in over], limited, "Its stage has no ladder any more.", None, at)
        if there := [each for each in due if each.is_there and each.stage_id in limited]:
            skipped = _skipped_among(there)
            steps = [_as_asked(each, skipped.get(each.clock_id), at) for each in there]
            TAKE_STAGE_STEPS.run(at=at, steps=json.dumps(steps))
        return len(due)


def _as_asked(step: StageStep, skipped: str | None, at: datetime) -> dict[str, Any]:
    """One step, as `sql/take_stage_steps.sql` reads it."""
    blueprint, steps = blueprint_of.at(current_id(), step.version), step.steps
    stage = blueprint.stages_by_id[step.stage_id]
    at_stage = [seam for seam in blueprint.seams if stage.path in (seam.trigger, _led_to(seam.trigger, seam))]
    if step.rung + 1 < len(steps):
        next_at = datetime.fromisoformat(steps[step.rung + 1]["at"])
    else:
        next_at = again_at(step.due_at, datetime.fromisoformat(steps[-1]["at"]), step.fell_due_at, at)
    return {
        "clock": str(step.clock_id),
        "seam": str(at_stage[0].id) if at_stage else None,
        "stage": stage.label,
        "said": step.said,
        "words": rung_words(step.said),
        "skipped": skipped,
        "task_due": raised_at(blueprint, None, step.fell_due_at).isoformat(),
        "next_at": next_at.isoformat(),
        "version": step.version,
    }


def _led_to(trigger: str, seam: Any) -> str:
    return f"{trigger.partition('/')[0]}/{seam.on_accept.advance}" if seam.on_accept.advance else ""


def _skipped_among(due: Sequence[StageStep]) -> dict[UUID, str]:
    """Which of these steps are passed over, by clock, and why. One query for each condition."""
    asking: dict[tuple[int, str], list[StageStep]] = defaultdict(list)
    for each in due:
        if condition := each.said.get("condition"):
            asking[each.version, condition].append(each)
    skipped: dict[UUID, str] = {}
    for (version, condition), steps in asking.items():
        asked = [(each.clock_id, each.record_id, each.fell_due_at) for each in steps]
        for clock_id, is_met in judged(condition, blueprint_of.at(current_id(), version).catalogue, asked):
            if not is_met:
                skipped[clock_id] = SKIPPED[is_met].value
    return skipped


def judged(condition: str, catalogue: Catalogue, asked: Sequence[Asked]) -> Iterable[tuple[UUID, bool | None]]:
    """Whether a condition is met, by key, for each record at its moment, as it is now; None where that is not known.
    One query."""
    keys, records, moments = zip(*asked, strict=True)
    return _met(condition, catalogue).rows(keys=[*keys], records=[*records], moments=[*moments])


@lru_cache(maxsize=256)
def _met(condition: str, catalogue: Catalogue) -> SqlFile:
    try:
        test = to_sql(condition, catalogue, columns=RECORD_SQL, now_sql="asked.moment")
    except BadExpression:
        return STAGE_RUNGS_MET.fill(condition="null::boolean")
    return STAGE_RUNGS_MET.fill(condition=Fragment.of("tested", test))
