"""Ladders: what their steps would have done over the stretch by either version, and what they do when it is published.

A step counts where its moment came before the answer, or before the record moved on, and its condition is met at that
moment by the record as it is now. Nobody is thought to have answered sooner for being reminded; where a step passes a
handoff on, the others are still counted as for whoever had it first. Repetitions of the last step are not counted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from blueprint.schema import Blueprint, SeamTerms, StageTerms
from core.businesstime import due_at
from handoffs.actions import rung_extras, stage_ladders
from handoffs.actions.rung_extras import Asked
from handoffs.models import Handoff, KeptHours, StageClock
from handoffs.rules.allowed import allowed
from handoffs.rules.rung_words import rung_words
from handoffs.rules.rungs import TimedRung, ladder_of, rung_of
from handoffs.rules.stage_rungs import first_ahead
from lifecycle.models import StageStay

EXAMPLES = 20
MOST = 20_000  # newest first; some 0.2 ms each and version, well inside one step of a worker
Reached = list[tuple[UUID, TimedRung]]  # of which handoff or record, which step whose moment came
Judge = Callable[[str, Sequence[Asked]], Iterable[tuple[UUID, bool | None]]]


class Climbed:
    """What one version's ladder would have done: by handoff or record how often each step, and what was passed over for
    its condition. One query for each condition."""

    def __init__(self, reached: Reached, judge: Judge) -> None:
        asking: dict[str, list[Asked]] = defaultdict(list)
        for place, (about, rung) in enumerate(reached):
            if condition := rung.extras.get("condition"):
                asking[condition].append((UUID(int=place), about, rung.at))
        met = {key.int for condition, asked in asking.items() for key, is_met in judge(condition, asked) if is_met}
        self.taken: dict[UUID, Counter[str]] = defaultdict(Counter)
        self.passed: Counter[str] = Counter()
        has_task = set()
        for place, (about, rung) in enumerate(reached):
            words = rung_words(rung.row)
            if "condition" in rung.extras and place not in met:
                self.passed[words] += 1
            elif rung.action != "breach" and not ("unless" in rung.extras and about in has_task):
                self.taken[about][words] += 1
                if rung.action == "task":
                    has_task.add(about)

    @property
    def totals(self) -> Counter[str]:
        """How often each step would have been taken."""
        totals = Counter[str]()
        for steps in self.taken.values():
            totals.update(steps)
        return totals


def of_seam(before: Blueprint, after: Blueprint, key: str, *, at: datetime, since: datetime) -> dict[str, Any]:
    """The handoffs of the stretch by both ladders of a seam. One query, and one for each condition."""
    handoffs = Handoff.objects.filter(seam_id=after.seams_by_key[key].id, offered_at__gte=since)
    columns = ("pk", "record__number", "record__name", "offered_at", "answered_at", "sla_line", "hours_id")
    rows = list(handoffs.order_by("-offered_at").values_list(*columns)[:MOST])
    sides = []
    for blueprint in (before, after):
        seam = blueprint.seams_by_key[key]
        reached = [
            (pk, rung)
            for pk, _, _, offered, answered, *timed_by in rows
            for rung in _rungs(seam, offered, *timed_by)
            if rung.at < (answered or at)
        ]
        sides.append(Climbed(reached, partial(_of_handoffs, blueprint)))
    return {"label": after.seams_by_key[key].label, "noun": "handoff", **_told([row[:3] for row in rows], *sides)}


def _rungs(seam: SeamTerms, offered: datetime, line: str, hours_id: UUID | None) -> tuple[TimedRung, ...]:
    terms = allowed(seam, line, KeptHours.hours_of(hours_id))
    due = due_at(terms.hours, offered, terms.answer_minutes)
    return ladder_of(terms.ladder, terms.hours, offered, due, terms.answer_minutes)


def _of_handoffs(blueprint: Blueprint, condition: str, asked: Sequence[Asked]) -> Iterable[tuple[UUID, bool | None]]:
    return rung_extras.judged(condition, blueprint.ladder_catalogue, asked)


def of_stage(before: Blueprint, after: Blueprint, path: str, *, at: datetime, since: datetime) -> dict[str, Any]:
    """The records that stood in a stage in the stretch by both of its ladders, and what is done at once for those that
    have no clock of it. Two queries, and one for each condition."""
    stage = after.stages_by_path[path]
    stays = StageStay.objects.filter(Q(exited_at=None) | Q(exited_at__gte=since), stage_id=stage.id)
    columns = ("record_id", "record__number", "record__name", "entered_at", "exited_at")
    rows = list(stays.order_by("-entered_at").values_list(*columns)[:MOST])
    sides = []
    for blueprint in (before, after):
        reached = [
            (pk, rung)
            for pk, _, _, entered, left in rows
            for rung in _steps(blueprint, blueprint.stages_by_path[path], entered)
            if since <= rung.at < (left or at)
        ]
        sides.append(Climbed(reached, partial(_of_records, blueprint)))
    told = _told([row[:3] for row in rows], *sides)
    standing, reached = _at_once(after, stage, at)
    at_once = Climbed(reached, partial(_of_records, after)).totals
    label = f"{stage.label} ({stage.pipeline_key.replace('_', ' ')})"
    taken = [_step(each, at_once[each]) for each in at_once]
    return {"label": label, "noun": "record", **told, "at_once": taken, "standing": standing}


def _steps(blueprint: Blueprint, stage: StageTerms, entered: datetime) -> list[TimedRung]:
    if not stage.age_limit_days or not stage.ladder:
        return []
    return [rung_of(row) for row in stage_ladders.stage_times(blueprint, stage, entered)[1]]


def _at_once(after: Blueprint, stage: StageTerms, at: datetime) -> tuple[dict[str, Any], Reached]:
    """How many records stand there without a clock, as far as they are looked at; and the newest step that is over for
    each."""
    clock = StageClock.objects.filter(record=OuterRef("record"), stage_id=stage.id, entered_at=OuterRef("entered_at"))
    standing = StageStay.objects.filter(~Exists(clock), stage_id=stage.id, exited_at=None).order_by("-entered_at")
    reached: Reached = []
    rows = list(standing.values_list("record_id", "entered_at")[:MOST])
    for record_id, entered in rows:
        if steps := _steps(after, stage, entered):
            rung = steps[first_ahead([each.row for each in steps], at)]
            reached += [(record_id, replace(rung, at=at))] if rung.at <= at else []
    return {"considered": len(rows), "is_cut": len(rows) == MOST}, reached


def _of_records(blueprint: Blueprint, condition: str, asked: Sequence[Asked]) -> Iterable[tuple[UUID, bool | None]]:
    return stage_ladders.judged(condition, blueprint.catalogue, asked)


def _told(rows: Sequence[tuple[UUID, int, str]], old: Climbed, new: Climbed) -> dict[str, Any]:
    """Every step by either version, and examples of those for which they differ."""
    was, is_now = old.totals, new.totals
    steps = dict.fromkeys((*was, *is_now, *old.passed, *new.passed))
    differ = [row for row in dict.fromkeys(rows) if old.taken.get(row[0], {}) != new.taken.get(row[0], {})]
    return {
        "considered": len(rows),
        "is_cut": len(rows) == MOST,
        "differ": len(differ),
        "steps": [
            {"words": each, "taken": [was[each], is_now[each]], "passed": [old.passed[each], new.passed[each]]}
            for each in steps
        ],
        "examples": [
            {"number": number, "name": name, "steps": [_words(side.taken.get(pk, {})) for side in (old, new)]}
            for pk, number, name in differ[:EXAMPLES]
        ],
    }


def _step(words: str, count: int) -> dict[str, Any]:
    return {"words": words, "count": count}


def _words(taken: Counter[str] | dict[str, int]) -> list[str]:
    return [words if count == 1 else f"{words} ({count} times)" for words, count in taken.items()]
