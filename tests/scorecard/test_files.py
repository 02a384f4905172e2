"""Numbers and rows as files."""

from __future__ import annotations

import csv
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.test import Client

from core.http.growing import NOT_WHOLE
from core.tenancy.scope import workspace_scope
from lifecycle.models import Record
from scorecard import list_exports
from scorecard.exports import cell
from scorecard.queries import rows_behind
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "＝1", "＋1", "－1", "＠x", "  =1", "\u3000＝1", "\u00a0@x"],
)
def test_a_file_never_holds_a_formula(text: str) -> None:
    assert cell(text) == f"'{text}"


def test_numbers_and_plain_text_are_left_as_they_are() -> None:
    assert [cell(value) for value in (Decimal("-5.10"), -3, None, "a=b", "")] == ["-5.1", "-3", "", "a=b", ""]


def test_rows_come_as_a_file_with_names_made_safe(busy: Cast, vera: Client) -> None:
    with workspace_scope(busy.acme):
        Record.objects.update(name="=cmd()")
    file = vera.get("/w/acme/scorecard/win_rate/rows.csv?period=90d").getvalue().decode()
    rows = list(csv.DictReader(StringIO(file)))
    page = vera.get("/w/acme/scorecard/win_rate/rows/?period=90d")
    assert len(rows) == page.context["found"].total > 0
    assert {row["name"] for row in rows} == {"'=cmd()"}
    assert ">Cause</th>" not in page.content.decode(), "deals are counted here: nobody asks why an amount is missing"


def test_a_file_by_batches_is_the_file_and_says_where_it_broke_off(
    busy: Cast, vera: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = [
        f"/w/acme/{place}?period=90d"
        for place in ("scorecard/win_rate/rows.csv", "scorecard/mql_to_sql/rows.csv", "funnel/steps/mql/journeys.csv")
    ]
    whole = [vera.get(address).getvalue() for address in addresses]
    monkeypatch.setattr(list_exports, "BATCH", 2)
    assert [vera.get(address).getvalue() for address in addresses] == whole
    assert all(text.count(b"\r\n") > 1 for text in whole) and (lines := whole[0].count(b"\r\n")) > 3
    begun = vera.get(addresses[0])
    pages = iter([rows_behind])

    def once(*args: Any, **asked: Any) -> Any:
        return next(pages)(*args, **asked)

    monkeypatch.setattr("scorecard.queries.rows_behind", once)
    text = begun.getvalue().decode()
    assert text.endswith(NOT_WHOLE) and 1 < text.count("\r\n") < lines
