"""Execute the intake statement: written once per blueprint version, prepared once per connection for all workspaces
with the same rules, tried again when others were faster."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DatabaseError

from blueprint.documents import blueprint_of, per_version
from core.early_release import releasing_early
from core.errors import WorldMovedOn
from core.history.actions import request_id
from core.kept_plans import Prepared, rows_of, sqlstate, undo
from core.people.models import Member, Workspace
from core.sql import SqlFile, load
from lifecycle.actions.waiting import HELD, Hold, holds
from lifecycle.intake import gate_columns, score_columns
from lifecycle.intake.new_records import FEW, LEFT_OUT, stretches, written_out
from lifecycle.intake.row_json import RowJson
from lifecycle.intake.version_sql import VersionSql, list_ids

INTAKE = load("lifecycle", "intake")
TRIES = 8
# Somebody else took the same id, address or stay a moment ago, or waits for us in a circle: look again.
COLLISIONS = {"23505", "40001", "40P01"}

IMPORTING = "set local app.import = '{of}'; "  # restatements name the file they came with


@dataclass(slots=True)
class RowResult:
    """What the statement says of one row; the fields are its columns."""

    place: int
    verdict: str
    id: UUID
    number: int | None
    held_keys: list[str] | None
    email_of: int | None
    origin_id: UUID | None
    entered_stage_id: UUID | None
    old_stage_id: UUID | None
    target_stage_id: UUID | None
    stage_id: UUID | None
    facts: str | None
    """JSON: what a shut gate looked at."""
    hold: Hold | None = None
    """What keeps the record where it is, where the row would have moved it."""


@per_version
def intake_of(workspace_id: UUID, document: dict[str, Any]) -> Prepared:
    """The version's intake, named by what it says: versions that say the same share a plan."""
    return Prepared.of(_written(workspace_id, document, stretches(INTAKE)))


@per_version
def intake_of_new(workspace_id: UUID, document: dict[str, Any]) -> Prepared:
    """The same for records that are likely new."""
    return Prepared.of(written_out(_written(workspace_id, document, LEFT_OUT)))


@per_version
def ids_of(workspace_id: UUID, document: dict[str, Any]) -> dict[str, str]:
    """The lists of ids of which the statement names a place."""
    return list_ids(blueprint_of.parse(workspace_id, document))


def _written(workspace_id: UUID, document: dict[str, Any], of_known: Mapping[str, str | SqlFile]) -> SqlFile:
    lifecycle = blueprint_of.parse(workspace_id, document)
    numbers = INTAKE.numbers
    version = VersionSql(lifecycle, numbers["at"], numbers["stage_ids"], numbers["pipeline_ids"])
    return INTAKE.fill(
        stages=gate_columns.stage_rows(version),
        score_answers=score_columns.rule_answers(version),
        score_points=score_columns.score_points(version),
        score_reasons=score_columns.score_reasons(version),
        is_open=gate_columns.move_is_open(version),
        auto_answers=gate_columns.auto_answers(version),
        walk=gate_columns.path_walk(version),
        **of_known,
    )


def execute(
    workspace: Workspace,
    rows: Sequence[RowJson],
    *,
    by: Member | None,
    at: datetime,
    cause: str,
    of: UUID | None,
    are_new: bool = False,
) -> list[RowResult]:
    """Take the rows in with one statement; where they `are_new`, those whose record is here wait for the next wave.
    Raises WorldMovedOn if others never stop.

    Records that moved are asked about once they are locked and written. Where one waits for somebody's answer, all is
    undone and said again with that row marked: an asked move is refused, what it would have entered by itself waits."""
    statement = intake_of_new(workspace) if are_new else intake_of(workspace)
    told = {"at": at, "by": by.pk if by else None, "cause": cause[:12], "import": of, "request_id": request_id.get()}
    values = {"workspace": workspace.pk, "version": workspace.blueprint_version, **told, **ids_of(workspace)}
    held: dict[UUID, Hold] = {}
    before = IMPORTING.format(of=of or "") + (releasing_early() if not of and len(rows) <= FEW else "")
    for _ in range(TRIES):
        values["rows"] = json.dumps(rows, separators=(",", ":"))
        try:
            taken = rows_of(statement, amount=len(rows), before=before, again=COLLISIONS, **values)
        except DatabaseError as error:
            if sqlstate(error) in COLLISIONS:
                break
            raise
        results = [RowResult(*row) for row in taken]
        here_before = [each for each in results if each.verdict == "updated"]
        # Who has left the stage has moved, even to come back at once.
        moved = [each for each in here_before if each.entered_stage_id or each.stage_id != each.old_stage_id]
        found = holds(workspace, [each.id for each in moved], _by_themselves(moved, rows) if moved else None)
        if not found:
            return [replace(each, hold=held.get(each.id)) if each.verdict == HELD else each for each in results]
        undo()
        held |= found
        waiting = {each.place for each in results if each.id in found}
        rows = [{**row, "must_stay": True} if row["place"] in waiting else row for row in rows]
    raise WorldMovedOn("Others keep writing the same records; try again.", code="too_busy")


def _by_themselves(moved: Sequence[RowResult], rows: Sequence[RowJson]) -> dict[UUID, UUID]:
    """Those whose row asked for no move, with the stage each stood in."""
    told = {row["place"] for row in rows if row.get("history_stages")}
    return {
        each.id: each.old_stage_id
        for each in moved
        if each.place not in told and each.target_stage_id in (None, each.old_stage_id) and each.old_stage_id
    }
