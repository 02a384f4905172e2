"""Statements that stay prepared on their connection: planned again when the tables have grown, the oldest given up."""

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from django.db import DatabaseError, connection

MOST_PREPARED = 32  # plans kept per connection; each is a few hundred kilobytes
# A plan made while the tables were young is made again once it has taken in so many rows more.
ROWS_PER_PLAN = (1, 10, 100, 1_000, 5_000)
GONE, ALREADY_THERE = "26000", "42P05"  # a pooler gave us a connection on which other statements are prepared


@dataclass(slots=True)
class KeptPlan:
    """One prepared statement of one connection: how often it was planned, how many rows it took in since."""

    age: int = 0
    rows: int = 0


_prepared: WeakKeyDictionary[Any, dict[str, KeptPlan]] = WeakKeyDictionary()


def plan_for(name: str, types: str, text: str, rows: int) -> str:
    """What to run before `execute name` where the statement is to be planned, for the first time or again; "" where its
    plan is good. `rows` more go through it."""
    known = _prepared.setdefault(connection.connection, {})
    plan = known.pop(name, None)
    planning = ""
    if plan is None or plan.rows >= ROWS_PER_PLAN[min(plan.age, len(ROWS_PER_PLAN) - 1)]:
        planning = f"prepare {name} ({types}) as {text};".replace("%", "%%")
        if plan:
            planning = f"deallocate {name}; {planning}"
        elif len(known) >= MOST_PREPARED:
            oldest = next(iter(known))
            del known[oldest]
            planning = f"deallocate {oldest}; {planning}"
        plan = KeptPlan(plan.age + 1 if plan else 0)
    plan.rows += rows
    known[name] = plan  # the last one is the one used last
    return planning


def sqlstate(error: DatabaseError) -> str:
    """PostgreSQL's code of the error, or ""."""
    return getattr(error.__cause__, "pgcode", None) or ""


def was_mistaken(name: str, error: DatabaseError) -> bool:
    """Whether the connection did not have what we believed; that is put right, and the caller tries again."""
    known, code = _prepared.setdefault(connection.connection, {}), sqlstate(error)
    if code == GONE:
        known.pop(name, None)
    elif code == ALREADY_THERE:
        known[name] = KeptPlan()
    return code in (GONE, ALREADY_THERE)
