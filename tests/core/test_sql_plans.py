"""Every statement from a file is planned as the application's role, on tables the planner knows.

It is asked by Globex, which has a handful of rows, beside Acme, which has thousands: a plan that reads a history table
from end to end reads another company's rows."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from core.database import owner_cursor
from core.sql import SqlFile, load
from core.tenancy.scope import workspace_scope
from tests.cast import Cast
from tests.core.sql_company import common, live
from tests.core.sql_examples import EXAMPLES, MODEL_ROWS, WHOLE

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).parents[2]
HISTORY = re.compile(
    r"history_event|lifecycle_(record|stagestay|scorechange|behaviour|activity|externalid|searchtoken)"
    r"|handoffs_(handoff|assignment|escalation|task)|scorecard_reading"
)


@pytest.fixture
def known(cast: Cast) -> Iterator[dict[str, Any]]:
    """Thousands of rows at Acme, some at Globex, statistics of both; and what every statement is asked with."""
    for workspace, count in ((cast.acme, 3_000), (cast.globex, 20)):
        with workspace_scope(workspace):
            live(workspace, count)
    with owner_cursor() as cursor:
        cursor.execute("analyze")
    with workspace_scope(cast.globex):
        yield common(cast)


def files() -> list[str]:
    found = (path.relative_to(ROOT) for path in ROOT.glob("[a-z]*/sql/**/*.sql"))
    return sorted("/".join((path.parts[0], *path.parts[2:]))[:-4] for path in found if "parts" not in path.parts)


def test_every_file_has_an_example() -> None:
    assert files() == sorted(EXAMPLES)


def test_every_part_is_used() -> None:
    parts = {path.stem for path in ROOT.glob("[a-z]*/sql/parts/*.sql")}
    texts = [path.read_text() for kind in ("sql", "py") for path in ROOT.glob(f"[a-z]*/**/*.{kind}")]
    words = {part: (f"/*{{{part}", f"parts/{part}") for part in parts}
    assert {part for part, said in words.items() if not any(word in text for word in said for text in texts)} == set()


def test_every_statement_is_planned_through_indexes_and_gives_the_columns_it_names(known: dict[str, Any]) -> None:
    found = [fault for name, example in EXAMPLES.items() for fault in faults(name, known | example)]
    assert not found, "\n".join(found)


def faults(name: str, values: dict[str, Any]) -> Iterator[str]:
    """What is wrong with one statement: a table read whole, or columns that its header does not name."""
    room, file = name.split("/", 1)
    statement = load(room, file)
    with connection.cursor() as cursor:
        for text in statement.draft.split(";\n"):
            cursor.execute(f"explain (format json) {text}", values)
            [[[plan]]] = cursor.fetchall()
            whole = {node["Relation Name"] for node in nodes(plan["Plan"]) if node["Node Type"] == "Seq Scan"}
            if WHOLE not in values:
                yield from (f"{name} reads {table} whole" for table in whole if HISTORY.fullmatch(table))
        yield from _columns(name, statement, values, cursor)


def _columns(name: str, statement: SqlFile, values: dict[str, Any], cursor: Any) -> Iterator[str]:
    with transaction.atomic():
        cursor.execute(statement.draft, values)
        transaction.set_rollback(True)
    given = tuple(each.name for each in cursor.description or ())
    if given != statement.columns and MODEL_ROWS not in values:
        yield f"{name} gives {given} and names {statement.columns}"


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A plan's nodes, with those below it."""
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)
