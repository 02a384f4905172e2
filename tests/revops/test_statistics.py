"""The planner learns of tables that have grown, and nobody learns anything else by it."""

import pytest
from django.db import connection

from core.database import owner_cursor, refresh_statistics
from core.tenancy.scope import workspace_scope
from lifecycle.actions.intake import Incoming, take_in
from scorecard.models import DirtyDay
from tests.cast import MONDAY_10, Cast

pytestmark = pytest.mark.django_db


def believed_rows(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("select reltuples from pg_class where oid = %s::regclass", [table])
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_tables_that_have_grown_are_looked_at_anew_and_others_left(cast: Cast) -> None:
    with owner_cursor() as cursor:  # as in a young database, whatever other tests have left behind
        cursor.execute("truncate lifecycle_record cascade; analyze lifecycle_record")
    refresh_statistics()
    assert refresh_statistics() == 0
    with workspace_scope(cast.acme):
        rows = [Incoming(n, "lead", core={"name": f"L{n}", "email": f"l{n}@co.example"}) for n in range(600)]
        take_in(cast.acme, rows, by=cast.dana, at=MONDAY_10)
    assert refresh_statistics() > 0
    assert believed_rows("lifecycle_record") == 600
    assert refresh_statistics() == 0


@pytest.mark.django_db(transaction=True)
def test_a_small_table_nobody_has_looked_at_is_looked_at_once(cast: Cast) -> None:
    refresh_statistics()
    with owner_cursor() as cursor:  # as new, and smaller than housekeeping cares for
        cursor.execute("truncate scorecard_dirtyday")
    with workspace_scope(cast.acme):
        DirtyDay.objects.create(day=MONDAY_10.date(), about="all")
    assert believed_rows("scorecard_dirtyday") == -1
    assert refresh_statistics() > 0
    assert believed_rows("scorecard_dirtyday") == 1
    assert refresh_statistics() == 0


def test_what_was_learnt_of_the_values_stays_the_owners(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        rows = [Incoming(n, "lead", core={"name": "Same", "email": f"l{n}@co.example"}) for n in range(600)]
        take_in(cast.acme, rows, by=cast.dana, at=MONDAY_10)
    refresh_statistics()
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_stats where tablename like 'lifecycle%'")
        assert cursor.fetchone() == (0,)
