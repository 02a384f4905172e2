"""When each record is asked again, as one SQL expression per blueprint version; none where nothing reads `now`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from blueprint.documents import blueprint_of, per_version
from blueprint.expressions.fields import Catalogue
from blueprint.expressions.moments import TurningPoint, turns_of
from blueprint.expressions.to_sql import ZONE, SqlRow
from blueprint.schema import Blueprint, PlaybookTerms, StageTerms
from blueprint.schema.vocabularies import Category, PlaybookStart
from core.history.actions import tell
from core.people.models import Workspace
from core.sql import load
from lifecycle.rules.gates import auto_steps

SCHEDULE = load("lifecycle", "schedule_ask_again")


@dataclass(frozen=True)
class AskAgainSql:
    """How a version asks records again as time goes by. `turns_sql` gives the moments at which an answer about the
    record `r` turns, as an array; "" where none can be solved. Only records of these `kinds` have such moments. Records
    in `daily_stages` are asked once a day. Whoever follows playbooks hears of records of the `watched` kinds when they
    were written. In `won_stages` time alone changes whether a clock stands still."""

    turns_sql: str = ""
    kinds: frozenset[str] = frozenset()
    daily_stages: tuple[UUID, ...] = ()
    watched: frozenset[str] = frozenset()
    won_stages: frozenset[UUID] = frozenset()


@per_version
def ask_again_of(workspace_id: UUID, document: dict[str, Any]) -> AskAgainSql:
    """Read from the version in force. Only open stages have ways that open by themselves; a playbook begins in any
    stage but a lost one."""
    lifecycle: Blueprint = blueprint_of.parse(workspace_id, document)
    scores = [rule.expression for rule in lifecycle.scoring.rules]
    cases, kinds, daily, won = [], set(), [], set()
    pauses = pauses_in_time(lifecycle)
    for stage in lifecycle.stages_by_id.values():
        stands = pauses.get(stage.pipeline_key, ()) if stage.category in (Category.OPEN, Category.WON) else ()
        begun = [*_beginnings(lifecycle, stage), *stands]
        if not stage.is_open and not begun:
            continue
        if stands and not stage.is_open:
            won.add(stage.id)
        asked = [*_ways(lifecycle, stage), *scores] if stage.is_open else []
        turns = turns_of(lifecycle.catalogue, [*asked, *begun])
        if turns.turns:
            moments = ", ".join(_moment(turn, lifecycle.catalogue) for turn in turns.turns)
            cases.append(f"when '{stage.id}'::uuid then array[{moments}]")
            kinds.add(str(lifecycle.pipeline(stage.pipeline_key).record_kind))
        if not turns.is_solved:
            daily.append(stage.id)
    turns_sql = f"(case r.stage_id {' '.join(cases)} end)" if cases else ""
    watched = {str(lifecycle.pipeline(each.pipeline).record_kind) for each in lifecycle.playbooks if is_asked(each)}
    return AskAgainSql(turns_sql, frozenset(kinds), tuple(daily), frozenset(watched), frozenset(won))


def pauses_in_time(lifecycle: Blueprint) -> dict[str, tuple[str, ...]]:
    """By pipeline, the lines by which clocks stand still whose answers time alone can change: of the record that is
    offered, and of the next one that accepting makes, which is looked at from then on."""
    found: dict[str, tuple[str, ...]] = {}
    for seam in lifecycle.pausing_seams:
        next_one = seam.on_accept.create
        paths = (seam.trigger, *((next_one.path,) if next_one else ()))
        for line in seam.pause_when:
            turns = turns_of(lifecycle.catalogue, [line.expression])
            for pipeline in {lifecycle.stages_by_path[path].pipeline_key for path in paths}:
                if turns.turns or not turns.is_solved:
                    found[pipeline] = (*found.get(pipeline, ()), line.expression)
    return found


def schedule(workspace: Workspace, written: Mapping[UUID, str], at: datetime) -> None:
    """Work out anew when these records, which were just written, are asked again; each with its kind; and tell of those
    that playbooks ask. One query; none where neither time nor a playbook asks of records of their kinds."""
    asked = ask_again_of(workspace)
    records = [record_id for record_id, kind in written.items() if kind in asked.kinds]
    if records:
        SCHEDULE.fill(turns=asked.turns_sql).run(records=records, at=at)
    if watched := [record_id for record_id, kind in written.items() if kind in asked.watched]:
        tell("records.written", workspace=workspace, record_ids=watched, at=at)


def _ways(lifecycle: Blueprint, stage: StageTerms) -> Iterable[str]:
    """Every line between a record in this stage and the stages it enters by itself."""
    for after, before in auto_steps(lifecycle.pipeline(stage.pipeline_key)):
        if stage in before:
            yield from (line.expression for line in (*stage.exit, *after.entry))


def is_asked(playbook: PlaybookTerms) -> bool:
    """Whether records are asked, whenever they are written, for what it says: whether it begins, or a step is done."""
    return playbook.starts != PlaybookStart.STAGE or any(step.done_when for step in playbook.steps)


def _beginnings(lifecycle: Blueprint, stage: StageTerms) -> Iterable[str]:
    """Every line by which a playbook begins for a record in this stage."""
    if stage.category in (Category.OPEN, Category.WON):
        for playbook in lifecycle.playbooks:
            if playbook.pipeline == stage.pipeline_key and playbook.starts != PlaybookStart.STAGE:
                yield from lines_of(playbook)


def lines_of(playbook: PlaybookTerms) -> Iterable[str]:
    """The lines that are met when it begins: its criteria, and its date where it has one."""
    if playbook.starts == PlaybookStart.DATE:
        day, length = playbook.date_field, f"days({abs(playbook.days)})"
        yield f"{day} - now <= {length}" if playbook.days < 0 else f"now - {day} >= {length}"
    yield from (line.expression for line in playbook.criteria)


def _moment(turn: TurningPoint, catalogue: Catalogue) -> str:
    """A second after the comparison turned, so that “less than” and “at most” have both turned."""
    row = SqlRow(catalogue)
    row.by_days = turn.is_by_days
    parts = [f"{count:d} * extract(epoch from {row.compared(key)}) * 1000000" for key, count in turn.fields]
    total = " + ".join([*parts, f"{turn.microseconds:d}::numeric"])
    seconds = f"(({total}) / {-turn.times:d} / 1000000)::float8"
    if turn.is_by_days:
        shown = f"'epoch'::timestamp + {seconds} * interval '1 second'"
        return f"(public.first_shown({shown}, {ZONE}) + interval '1 second')"
    return f"('epoch'::timestamptz + ({seconds} + 1) * interval '1 second')"
