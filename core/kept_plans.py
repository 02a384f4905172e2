"""Statements that stay prepared on their connection: planned again when the tables have grown, the oldest given up."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any
from weakref import WeakKeyDictionary

from django.db import DatabaseError, connection

from core.sql import SqlFile

MOST_PREPARED = 64  # plans kept per connection; that of an intake is a few hundred kilobytes
# A plan made while the tables were young is made again once it has taken in so many rows more.
ROWS_PER_PLAN = (1, 10, 100, 1_000, 5_000, 20_000)
GONE, ALREADY_THERE = "26000", "42P05"  # a pooler gave us a connection on which other statements are prepared
TRIES = 8

# Every table is reached by a key, whatever the planner believes of its size. Before a table is analysed, the planner
# takes a workspace for a handful of rows and reads all of it for every row that comes in, and a kept plan stays so. One
# plan serves all values, since planning costs more than a batch of one. The part `calm` takes both back.
PLANNED_BY_INDEXES = "set local enable_seqscan = off; set local plan_cache_mode = force_generic_plan; "


@dataclass(frozen=True, slots=True)
class Prepared:
    """A whole statement, named by what it says: whoever says the same shares a plan."""

    name: str
    types: str
    text: str
    execution: str

    @classmethod
    def of(cls, statement: SqlFile) -> Prepared:
        """The statement of a file, with whatever was put at its places."""
        types, text = statement.prepared()
        digest = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
        name = f"{PurePath(statement.name).stem}_{digest[:24]}"
        given = ", ".join(f"%({each})s::{kind}" for each, kind in statement.parameters.items())
        return cls(name, types, text, f"execute {name} ({given})" if given else f"execute {name}")


def rows_of(
    *statements: Prepared, amount: int = 1, before: str = "", again: Collection[str] = (), **values: Any
) -> list[tuple[Any, ...]]:
    """Run the statements for so many rows, after `before`, in one round trip, and fetch what the last one returns,
    which ends with the part `calm`. Where the connection has forgotten one, or the error's code is among `again`, it is
    undone and tried again. The savepoint for that ends with the caller's transaction: its release would be a trip."""
    executions = "; ".join(each.execution for each in statements)
    for attempt in range(1, TRIES + 1):
        planning = "".join(plan_for(each, amount) for each in statements)
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"savepoint kept_plan; {planning}{before}{PLANNED_BY_INDEXES}{executions}", values)
                return list(cursor.fetchall())
        except DatabaseError as error:
            if attempt == TRIES or not (was_mistaken(statements, error) or sqlstate(error) in again):
                raise
            undo()
    raise AssertionError("the last attempt answers or raises")


def undo() -> None:
    """Undo what was written since the last statement that is kept prepared, with it."""
    with connection.cursor() as cursor:
        cursor.execute("rollback to savepoint kept_plan")


@dataclass(slots=True)
class KeptPlan:
    """One prepared statement of one connection: how often it was planned, how many rows it took in since."""

    age: int = 0
    rows: int = 0


_prepared: WeakKeyDictionary[Any, dict[str, KeptPlan]] = WeakKeyDictionary()
# By statement, the greatest age of its plans in this process: tables that were young for one connection are not young
# again for the next, and each time of planning is 30 ms in which others may wait for what the transaction holds.
_ages: dict[str, int] = {}
MOST_AGES = 1_000


def plan_for(statement: Prepared, rows: int) -> str:
    """What to run before the statement where it is to be planned, for the first time or again; "" where its plan is
    good. `rows` more go through it."""
    known = _prepared.setdefault(connection.connection, {})
    name = statement.name
    plan = known.pop(name, None)
    planning = ""
    if plan is None or plan.rows >= ROWS_PER_PLAN[min(plan.age, len(ROWS_PER_PLAN) - 1)]:
        planning = f"prepare {name} ({statement.types}) as {statement.text};".replace("%", "%%")
        if plan:
            planning = f"deallocate {name}; {planning}"
        elif len(known) >= MOST_PREPARED:
            oldest = next(iter(known))
            del known[oldest]
            planning = f"deallocate {oldest}; {planning}"
        plan = KeptPlan(max(plan.age + 1 if plan else 0, _ages.get(name, 0)))
        if len(_ages) >= MOST_AGES:
            _ages.clear()
        _ages[name] = plan.age
    plan.rows += rows
    known[name] = plan  # the last one is the one used last
    return planning


def sqlstate(error: BaseException) -> str:
    """PostgreSQL's code of the error, or ""."""
    return getattr(error.__cause__, "pgcode", None) or ""


def was_mistaken(statements: Sequence[Prepared], error: DatabaseError) -> bool:
    """Whether the connection did not have what we believed; that is put right, and the caller tries again."""
    known, code = _prepared.setdefault(connection.connection, {}), sqlstate(error)
    for name in (each.name for each in statements if each.name in str(error)):
        if code == GONE:
            known.pop(name, None)
        elif code == ALREADY_THERE:
            known[name] = KeptPlan()
    return code in (GONE, ALREADY_THERE)


def literal(sql: str, *values: Any) -> str:
    """The SQL with a literal at each `%s`: what is put at a place of a prepared statement has no parameters."""
    with connection.cursor() as cursor:
        written: bytes = cursor.mogrify(sql, values)
    return written.decode()
