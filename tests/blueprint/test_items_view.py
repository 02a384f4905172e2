"""The view for reports: the document in force as rows, of one's own workspace only."""

import pytest
from django.db import connection

from blueprint.schema import keyed_lists
from core.tenancy.scope import workspace_scope
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def rows(part: str, inside: str = "") -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select key, position, item ->> 'expression' from blueprint_items where part = %s and inside = %s"
            " order by position",
            [part, inside],
        )
        return list(cursor.fetchall())


def test_every_item_of_the_document_in_force_is_a_row(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        assert rows("routing", "marketing_to_sales") == [
            ("a_named_account_goes_to_its_owner", 0, "known(account_name)"),
            ("a_known_company_goes_to_its_owner", 1, "known(account_name)"),
            ("what_falls_into_a_territory_goes_there", 2, "true"),
            ("everybody_else_takes_turns", 3, "true"),
        ]
        assert [key for key, *_ in rows("ladder", "marketing_to_sales")] == ["warn", "task", "reassign", "raise"]
        assert rows("score rules")[0] == ("rule_50_or_more_employees", 0, "employees >= 50")
        assert rows("entry", "lifecycle/mql")[0] == ("score_has_reached_mql_threshold", 0, "score >= mql_threshold")
        assert [key for key, *_ in rows("holidays", "office")][0] == "2026-12-25"
        assert [key for key, *_ in rows("steps", "expansion")] == ["ask", "start"]


def test_every_list_of_the_schema_is_in_it() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_get_viewdef('blueprint_items'::regclass)")
        [(told,)] = cursor.fetchall()
    assert [name for name, _ in keyed_lists() if f"'{name}'" not in told] == []


def test_nobody_sees_another_company_s_items(cast: Cast) -> None:
    with workspace_scope(cast.acme), connection.cursor() as cursor:
        cursor.execute("select distinct workspace_id from blueprint_items")
        assert cursor.fetchall() == [(cast.acme.pk,)]
