"""The intake statement: rows and answers have its columns, and every table is reached by a key."""

import json
import re
from typing import Any

import pytest
from django.db import connection

from core.kept_plans import PLANNED_BY_INDEXES, Prepared
from core.sql import load
from core.tenancy.scope import current_id, workspace_scope
from lifecycle.actions.intake import Incoming, take_in
from lifecycle.intake.execute import INTAKE, RowResult, intake_of, intake_of_new
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
        for name in ("Ann", "Anne"):  # who is known the second time
            row = Incoming(1, "lead", "crm", "1", {"name": name, "email": "a@x.example"})
            take_in(cast.acme, [row], by=cast.dana, at=MONDAY_10)
        whole, of_new = (list(nodes(_kept_plan(each(cast.acme)))) for each in (intake_of, intake_of_new))
    read = [node for node in whole + of_new if node["Node Type"] == "Seq Scan"]
    assert not [node["Relation Name"] for node in read if HISTORY.fullmatch(node["Relation Name"])]
    assert 100 < len(of_new) < 0.8 * len(whole)


def _kept_plan(statement: Prepared) -> dict[str, Any]:
    values: dict[str, Any] = dict.fromkeys(INTAKE.parameters)
    values |= {
        "stage_ids": "{}",
        "pipeline_ids": "{}",
        "workspace": current_id(),
        "at": MONDAY_10,
        "cause": "intake",
        "rows": json.dumps([]),
    }
    with connection.cursor() as cursor:
        explained = f"explain (format json) {statement.execution}"
        cursor.execute(f"{PLANNED_BY_INDEXES}{explained}", values)
        [[[plan]]] = cursor.fetchall()
    return plan["Plan"]


@pytest.mark.django_db
def test_workspaces_with_the_same_rules_share_a_plan(cast: Cast) -> None:
    """A connection keeps a plan for each text: one with ids in it would be planned for each of a hundred tenants."""
    said = set()
    for workspace in (cast.acme, cast.globex):
        with workspace_scope(workspace):
            said.add((intake_of(workspace), intake_of_new(workspace)))
    assert len(said) == 1
