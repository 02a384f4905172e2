"""Execute the intake statement: written once per blueprint version, prepared once per connection, tried again when
others were faster."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from blueprint.documents import blueprint_of, per_version
from core.errors import WorldMovedOn
from core.history.actions import request_id
from core.people.models import Member, Workspace
from core.sql import load
from lifecycle.actions.waiting import HELD, Hold, holds
from lifecycle.intake import gate_columns, kept_plans, score_columns
from lifecycle.intake.row_json import RowJson
from lifecycle.intake.version_sql import VersionSql

INTAKE = load("lifecycle", "intake")
TRIES = 8
# Somebody else took the same id, address or stay a moment ago, or waits for us in a circle: look again.
COLLISIONS = {"23505", "40001", "40P01"}

# Every table is reached by a key, whatever the planner believes of its size. Before a table is analysed, the planner
# takes a workspace for a handful of rows and reads all of it for every row that comes in, and a kept plan stays so. One
# plan serves all values, since planning costs more than a batch of one. The statement's `calm` takes both back.
PLANNED_BY_INDEXES = "set local enable_seqscan = off; set local plan_cache_mode = force_generic_plan; "
IMPORTING = "set local app.import = '{of}'; "  # restatements name the file they came with
EXECUTE = f"execute {{name}} ({', '.join(f'%({each})s' for each in INTAKE.parameters)})"


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

    @property
    def has_moved(self) -> bool:
        """Whether a record that was here before has left its stage, even to come back at once."""
        return self.verdict == "updated" and bool(self.entered_stage_id or self.stage_id != self.old_stage_id)


@dataclass(frozen=True, slots=True)
class PreparedIntake:
    """The statement of a version, ready to be prepared."""

    name: str
    types: str
    text: str


class _MustWait(Exception):
    """Records that wait for an answer were moved; it is undone, and their rows are marked."""

    def __init__(self, found: Mapping[UUID, Hold], places: set[int]) -> None:
        self.holds, self.places = found, places
        super().__init__()


@per_version
def intake_of(workspace_id: UUID, document: dict[str, Any]) -> PreparedIntake:
    """The version's intake, named by what it says: versions that say the same share a plan."""
    lifecycle = blueprint_of.parse(workspace_id, document)
    version = VersionSql(lifecycle, now=INTAKE.numbers["at"])
    written = INTAKE.fill(
        stages=gate_columns.stage_rows(lifecycle),
        score_answers=score_columns.rule_answers(version),
        score_points=score_columns.score_points(version),
        score_reasons=score_columns.score_reasons(version),
        is_open=gate_columns.move_is_open(version),
        auto_answers=gate_columns.auto_answers(version),
        walk=gate_columns.path_walk(lifecycle),
    )
    types, text = written.prepared()
    digest = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
    return PreparedIntake(f"intake_{digest[:24]}", types, text)


def execute(
    workspace: Workspace, rows: Sequence[RowJson], *, by: Member | None, at: datetime, cause: str, of: UUID | None
) -> list[RowResult]:
    """Take the rows in with one statement, in a savepoint of its own. Raises WorldMovedOn if others never stop.

    Records that moved are asked about once they are locked and written. Where one waits for somebody's answer, all is
    undone and said again with that row marked: an asked move is refused, what it would have entered by itself waits."""
    intake = intake_of(workspace)
    values: dict[str, Any] = {
        "workspace": workspace.pk,
        "at": at,
        "by": by.pk if by else None,
        "cause": cause[:12],
        "version": workspace.blueprint_version,
        "request_id": request_id.get(),
        "import": of,
    }
    held: dict[UUID, Hold] = {}
    for _ in range(TRIES):
        values["rows"] = json.dumps(rows, separators=(",", ":"))
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                planning = kept_plans.plan_for(intake.name, intake.types, intake.text, len(rows))
                importing = IMPORTING.format(of=of or "")
                execute_it = EXECUTE.format(name=intake.name)
                cursor.execute(f"{planning}{PLANNED_BY_INDEXES}{importing}{execute_it}", values)
                results = [RowResult(*row) for row in cursor.fetchall()]
                if found := holds(workspace, [each.id for each in results if each.has_moved]):
                    raise _MustWait(found, {each.place for each in results if each.id in found})
            return [replace(each, hold=held.get(each.id)) if each.verdict == HELD else each for each in results]
        except _MustWait as waiting:
            held |= waiting.holds
            rows = [{**row, "must_stay": True} if row["place"] in waiting.places else row for row in rows]
        except DatabaseError as error:
            if not kept_plans.was_mistaken(intake.name, error) and kept_plans.sqlstate(error) not in COLLISIONS:
                raise
    raise WorldMovedOn("Others keep writing the same records; try again.", code="too_busy")
