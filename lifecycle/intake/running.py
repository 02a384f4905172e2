"""Running the statement: written once per blueprint version, prepared once per connection, tried again when others
were faster."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db import DatabaseError, connection, transaction

from blueprint.documents import per_version
from core.errors import WorldMovedOn
from core.history.actions import request_id
from core.people.models import Member, Workspace
from lifecycle.actions.waiting import HELD, Hold, holds
from lifecycle.blueprint import lifecycle_of
from lifecycle.intake.statement import PARAMETERS, statement

TRIES = 8
# Somebody else took the same id, address or stay a moment ago, or waits for us in a circle: look again.
COLLISIONS = {"23505", "40001", "40P01"}
GONE, ALREADY_THERE = "26000", "42P05"  # a pooler gave us a connection on which other statements are prepared
MOST_PREPARED = 32  # plans kept per connection; each is a few hundred kilobytes

# Every table is reached by a key, whatever the planner believes of its size; the statement takes these back.
PLANNED_BY_INDEXES = "set local enable_seqscan = off; set local plan_cache_mode = force_generic_plan; "
# A plan made while the tables were young is thought over again once it has taken in so many rows more.
ROWS_PER_PLAN = (1, 10, 100, 1_000, 5_000)


@dataclass(slots=True)
class Plan:
    """One prepared statement of one connection: how often it was planned, how many rows it took in since."""

    age: int = 0
    rows: int = 0

    @property
    def is_stale(self) -> bool:
        """Whether the tables have grown by so much that it is worth planning again."""
        return self.rows >= ROWS_PER_PLAN[min(self.age, len(ROWS_PER_PLAN) - 1)]


_prepared: WeakKeyDictionary[Any, dict[str, Plan]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Line:
    """What the statement says of one row."""

    i: int
    verdict: str
    id: UUID
    number: int | None
    held: list[str] | None
    email_of: int | None
    origin_id: UUID | None
    entered: UUID | None
    old_moments: list[datetime] | None
    old_stage: UUID | None
    target: UUID | None
    stage_id: UUID | None
    facts: str | None
    """JSON: what a shut gate looked at."""
    hold: Hold | None = None
    """What keeps the record where it is, where the row would have moved it."""

    @property
    def has_moved(self) -> bool:
        """Whether a record that was here before has left its stage, even to come back at once."""
        return self.verdict == "updated" and (self.entered is not None or self.stage_id != self.old_stage)


class _Held(Exception):
    """Records that wait for an answer were moved; it is undone, and they are marked."""


@per_version
def statement_of(workspace_id: UUID, document: dict[str, Any]) -> tuple[str, str]:
    """Name and text of the version's intake."""
    with connection.cursor() as cursor:

        def quote(sql: str, params: tuple[object, ...]) -> str:
            written: bytes = cursor.mogrify(sql, params)
            return written.decode()

        text = statement(lifecycle_of.parse(workspace_id, document), quote)  # type: ignore[attr-defined]
    return f"intake_{hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:24]}", text


def run(
    workspace: Workspace,
    rows: Sequence[dict[str, Any]],
    *,
    by: Member | None,
    at: datetime,
    cause: str,
    of: UUID | None,
) -> list[Line]:
    """Take the rows in with one statement, in a savepoint of its own. Raises WorldMovedOn if others never stop.

    Records that moved are asked about once they are locked and written. Where one waits for somebody's answer, all is
    undone and said again with that row marked: an asked move is refused, what it would have entered by itself waits."""
    name, text = statement_of(workspace)
    held: dict[UUID, Hold] = {}
    params: list[Any] = [
        "",
        at,
        by.pk if by else None,
        cause[:12],
        workspace.blueprint_version,
        request_id.get(),
        of,
        workspace.pk,
    ]
    for _ in range(TRIES):
        params[0] = json.dumps(rows, separators=(",", ":"))
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                plan, planning = _plan(name, text)
                plan.rows += len(rows)
                cursor.execute(f"{planning}{PLANNED_BY_INDEXES}execute {name} (%s, %s, %s, %s, %s, %s, %s, %s)", params)
                lines = [Line(*row) for row in cursor.fetchall()]
                if fresh := holds(workspace, [line.id for line in lines if line.has_moved]):
                    raise _Held
                return [replace(line, hold=held.get(line.id)) if line.verdict == HELD else line for line in lines]
        except _Held:
            held |= fresh
            waiting = {line.i for line in lines if line.id in fresh}
            rows = [{**row, "w": True} if row["i"] in waiting else row for row in rows]
        except DatabaseError as error:
            code = getattr(error.__cause__, "pgcode", None)
            if code == GONE:
                _known().pop(name, None)
            elif code == ALREADY_THERE:
                _known()[name] = Plan()
            elif code not in COLLISIONS:
                raise
    raise WorldMovedOn("Others keep writing the same records; try again.", code="too_busy")


def _known() -> dict[str, Plan]:
    return _prepared.setdefault(connection.connection, {})


def _plan(name: str, text: str) -> tuple[Plan, str]:
    """The connection's plan of the statement, and what to say first where it is to be planned: for the first time or
    again when it is stale; the plan longest unused makes room."""
    known = _known()
    plan = known.pop(name, None)
    if plan and not plan.is_stale:
        known[name] = plan
        return plan, ""
    planning = f"prepare {name} ({PARAMETERS}) as {text};".replace("%", "%%")
    if plan:
        planning = f"deallocate {name}; {planning}"
    elif len(known) >= MOST_PREPARED:
        oldest = next(iter(known))
        del known[oldest]
        planning = f"deallocate {oldest}; {planning}"
    known[name] = Plan(plan.age + 1 if plan else 0)
    return known[name], planning
