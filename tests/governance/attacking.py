"""Statements of the serving role's own, and change requests in every state to try them on."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from governance.actions.deciding import approve, withdraw
from governance.actions.drafting import draft
from governance.actions.publishing import publish
from governance.actions.submitting import submit
from governance.models import ChangeRequest, Impact
from tests.cast import MONDAY_10, Cast

LATER = MONDAY_10 + timedelta(hours=1)
THRESHOLD = ["scoring", "threshold"]
LOWER = "update lifecycle_stage set age_limit_days = 1"
VERSION = """
insert into blueprint_blueprintversion (workspace_id, number, document, summary, change_request_id, published_at)
select workspace_id, 2, document, '', id, now() from governance_changerequest where id = %(change)s;
select set_config('app.change_request', %(change)s::text, true);
"""


def must_refuse(statement: str, *values: Any) -> str:
    """The database's words; the test fails where there are none."""
    with pytest.raises(DatabaseError) as no, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values[0] if values and isinstance(values[0], dict) else values)
        cursor.execute("set constraints all immediate")
    return str(no.value)


def drafted(cast: Cast, points: int = 50) -> ChangeRequest:
    return draft(cast.dana, title="Lower", edits=[(THRESHOLD, points)], at=MONDAY_10)


def in_review(cast: Cast, points: int = 50) -> ChangeRequest:
    change = drafted(cast, points)
    submit(change, by=cast.dana, at=MONDAY_10)
    Impact.objects.filter(change=change).update(state=Impact.State.DONE)
    return change


def approved(cast: Cast, points: int = 50) -> ChangeRequest:
    change = in_review(cast, points)
    approve(change, by=cast.vera, at=LATER)
    return change


def published(cast: Cast, points: int = 50) -> ChangeRequest:
    change = approved(cast, points)
    publish(change, by=cast.ada, at=LATER)
    return change


def withdrawn(cast: Cast) -> ChangeRequest:
    change = approved(cast)
    withdraw(change, by=cast.dana, at=LATER)
    return change


def under(request: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select set_config('app.change_request', %s, true)", [str(request)])
