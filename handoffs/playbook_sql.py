"""The playbooks of a version as SQL: whether each begins for a record, and what its steps ask."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from blueprint.documents import blueprint_of, per_version
from blueprint.expressions.to_sql import SqlRow, all_met_sql, to_sql
from blueprint.schema import Blueprint, PlaybookStep, PlaybookTerms, WeeklyHours
from blueprint.schema.vocabularies import DataType, PlaybookStart
from core.sql import Fragment, SqlFile, load
from lifecycle.ask_again_sql import lines_of
from lifecycle.facts import RECORD_SQL

MET = load("handoffs", "playbooks_met")
COME = load("handoffs", "take_playbook_steps")
DONE = load("handoffs", "playbook_steps_done")
WORKED = "s.category in ('open', 'won')"
TODAY = "%(today)s::date"
ROW: dict[str, Any] = {"columns": RECORD_SQL, "now_sql": "%(at)s::timestamptz"}


@dataclass(frozen=True)
class PlaybookSql:
    """What a version asks of records. `entered` finds the playbooks that begin where records stand, `written` those
    that begin by a day or by criteria; each None where there is none. `done` finds steps that are done; None where no
    step says when. `stages` are those of pipelines with playbooks; `kept` is what statements know of each playbook."""

    entered: SqlFile | None
    written: SqlFile | None
    taken: SqlFile
    done: SqlFile | None
    stages: frozenset[UUID]
    kept: str


@per_version
def playbook_sql_of(workspace_id: UUID, document: dict[str, Any]) -> PlaybookSql:
    """Read from the version in force."""
    blueprint: Blueprint = blueprint_of.parse(workspace_id, document)
    stages = [stage for each in blueprint.playbooks for stage in blueprint.pipeline(each.pipeline).stages]
    by_stage = [each for each in blueprint.playbooks if each.starts == PlaybookStart.STAGE]
    others = [each for each in blueprint.playbooks if each.starts != PlaybookStart.STAGE]
    steps = [(playbook, step) for playbook in blueprint.playbooks for step in playbook.steps]
    says_done = [(book, step) for book, step in steps if step.done_when]
    done = _by_step("done", blueprint, says_done, "done_when", "false")
    return PlaybookSql(
        entered=met_sql(blueprint, by_stage) if by_stage else None,
        written=met_sql(blueprint, others) if others else None,
        taken=COME.fill(
            is_met=_by_step("met", blueprint, [each for each in steps if each[1].condition], "condition", "true"),
            is_done=done,
            has_day=_has_day(blueprint),
        ),
        done=DONE.fill(is_done=done) if says_done else None,
        stages=frozenset(stage.id for stage in stages),
        kept=json.dumps({each.key: kept_of(blueprint, each) for each in blueprint.playbooks}),
    )


def met_sql(blueprint: Blueprint, playbooks: Iterable[PlaybookTerms]) -> SqlFile:
    """The statement that finds for whom these playbooks begin."""
    rows = [_begins(blueprint, nth, each) for nth, each in enumerate(playbooks)]
    return MET.fill(playbooks=Fragment.joined(", ", rows))


def _begins(blueprint: Blueprint, nth: int, playbook: PlaybookTerms) -> Fragment:
    """The key, whether it begins, its occasion and the day it counts from, as a row of values."""
    met = Fragment.of(f"book_{nth}", all_met_sql(lines_of(playbook), blueprint.catalogue, **ROW))
    where, counts_from = f"r.pipeline_id = '{_pipeline(blueprint, playbook)}'::uuid", TODAY
    match playbook.starts:
        case PlaybookStart.STAGE:
            where = f"r.stage_id = '{blueprint.stages_by_path[playbook.stage].id}'::uuid"
            counts_from = "(r.entered_stage_at at time zone %(zone)s)::date"
        case PlaybookStart.DATE:
            counts_from = date_of(blueprint, playbook)
            last = max(step.day for step in playbook.steps)
            where += f" and {WORKED} and {counts_from} + {last} >= {TODAY}"  # else every step of it is over
        case _:
            where += f" and {WORKED}"
    sql = f"('{playbook.key}', {where} and {met.sql}, {occasion_of(blueprint, playbook)}, {counts_from})"
    return Fragment(sql, met.values)


def occasion_of(blueprint: Blueprint, playbook: PlaybookTerms) -> str:
    """What begins a playbook now, of the record `r`; of one occasion it begins once."""
    match playbook.starts:
        case PlaybookStart.STAGE:
            return "to_char(r.entered_stage_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US')"
        case PlaybookStart.DATE:
            return f"to_char({date_of(blueprint, playbook)}, 'YYYY-MM-DD')"
    return f"to_char({TODAY}, 'YYYY-MM-DD')" if playbook.again_after_days else "''"


def date_of(blueprint: Blueprint, playbook: PlaybookTerms) -> str:
    """The day that a playbook of a date counts from, of the record `r`."""
    day = SqlRow(blueprint.catalogue, **ROW).read(playbook.date_field)
    if blueprint.catalogue.field(playbook.date_field).data_type == DataType.DATE:
        return day
    return f"({day} at time zone %(zone)s)::date"


def _has_day(blueprint: Blueprint) -> Fragment:
    """Whether the record has the day that its playbook counts from, where it counts from one."""
    read = SqlRow(blueprint.catalogue, **ROW).read
    dated = [each for each in blueprint.playbooks if each.starts == PlaybookStart.DATE]
    cases = [Fragment(f"when '{each.key}' then {read(each.date_field)} is not null") for each in dated]
    return Fragment.joined(
        " ", [Fragment("case step.playbook"), *cases, Fragment("else true end")] if cases else [Fragment("true")]
    )


def _pipeline(blueprint: Blueprint, playbook: PlaybookTerms) -> UUID:
    return blueprint.pipeline(playbook.pipeline).first.pipeline_id


def _by_step(
    prefix: str, blueprint: Blueprint, steps: list[tuple[PlaybookTerms, PlaybookStep]], line: str, otherwise: str
) -> Fragment:
    """What a line of each step says of a record, by the keys of playbook and step."""
    cases = [Fragment("case step.playbook || '/' || step.key")]
    for nth, (playbook, step) in enumerate(steps):
        test = Fragment.of(f"{prefix}_{nth}", to_sql(getattr(step, line), blueprint.catalogue, **ROW))
        cases.append(Fragment(f"when '{playbook.key}/{step.key}' then ({test.sql}) is true", test.values))
    return Fragment.joined(" ", [*cases, Fragment(f"else {otherwise} end")]) if steps else Fragment(otherwise)


def kept_of(blueprint: Blueprint, playbook: PlaybookTerms) -> dict[str, Any]:
    """What statements know of a playbook beside its lines: its steps, and the days on which nothing is due."""
    calendar = next((each for each in blueprint.calendars if each.key == playbook.calendar), None)
    week = [getattr(calendar.weekly, day) for day in WeeklyHours.model_fields] if calendar else []
    single = {each.date: () for each in calendar.holidays} if calendar else {}
    single |= {each.date: each.hours for each in calendar.special_days} if calendar else {}
    return {
        "label": playbook.label,
        "ends": playbook.ends,
        "starts": playbook.starts,
        "again": playbook.again_after_days,
        "rest_days": [day for day, hours in enumerate(week, 1) if not hours],
        "closed": [str(day) for day, hours in single.items() if not hours],
        "worked": [str(day) for day, hours in single.items() if hours],
        "steps": {
            step.key: {
                "label": step.label,
                "day": step.day,
                "notice": step.notice_days,
                "position": place,
                "role": step.role,
                "function": step.function,
                "seam": step.seam,
                "why": step.condition[:200],
            }
            for place, step in enumerate(playbook.steps)
        },
    }
