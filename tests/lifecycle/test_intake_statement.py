"""The intake statement: rows and answers have its columns, and every table is reached by a key."""

import json
import re
from typing import Any

import pytest
from django.db import connection

from core.kept_plans import PLANNED_BY_INDEXES
from core.people.models import Workspace
from core.sql import load
from core.tenancy.scope import workspace_scope
from lifecycle.actions.intake import Incoming, take_in
from lifecycle.intake.execute import INTAKE, RowResult, intake_of
from lifecycle.intake.row_json import RowJson
from tests.cast import MONDAY_10, Cast
from tests.core.test_sql_plans import HISTORY, nodes


def test_rows_are_sent_with_the_columns_that_the_statement_reads() -> None:
    """A key that is no column would be dropped in silence."""
    listed = load("lifecycle", "parts/intake_incoming").draft.partition("as incoming (")[2]
    assert re.findall(r"(\w+) \w+(?:\[\])?(?=[,\s)])", listed) == list(RowJson.__annotations__)


def test_answers_have_the_columns_that_the_statement_gives() -> None:
    assert (*INTAKE.columns, "hold") == tuple(RowResult.__dataclass_fields__)


@pytest.mark.django_db
def test_no_table_of_history_is_read_whole_while_it_is_young(cast: Cast) -> None:
    """The kept plan was made when there were hardly any rows."""
    with workspace_scope(cast.acme):
        take_in(cast.acme, [Incoming(1, "lead", "crm", "1", {"email": "a@x.example"})], by=cast.dana, at=MONDAY_10)
        plan = _kept_plan(cast.acme)
    whole = [node for node in nodes(plan) if node["Node Type"] == "Seq Scan"]
    assert not [node["Relation Name"] for node in whole if HISTORY.fullmatch(node["Relation Name"])]
    assert len(list(nodes(plan))) > 100


def _kept_plan(workspace: Workspace) -> dict[str, Any]:
    values: dict[str, Any] = dict.fromkeys(INTAKE.parameters)
    values |= {"workspace": workspace.pk, "at": MONDAY_10, "cause": "intake", "rows": json.dumps([])}
    with connection.cursor() as cursor:
        explained = f"explain (format json) {intake_of(workspace).execution}"
        cursor.execute(f"{PLANNED_BY_INDEXES}{explained}", values)
        [[[plan]]] = cursor.fetchall()
    return plan["Plan"]
