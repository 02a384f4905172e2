"""Numbers and rows as files."""

from __future__ import annotations

import csv
from decimal import Decimal
from io import StringIO

import pytest
from django.test import Client

from core.tenancy.scope import workspace_scope
from lifecycle.models import Record
from scorecard.exports import cell
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
    file = vera.get("/w/acme/scorecard/win_rate/rows.csv?period=90d").content.decode()
    rows = list(csv.DictReader(StringIO(file)))
    page = vera.get("/w/acme/scorecard/win_rate/rows/?period=90d")
    assert len(rows) == page.context["found"].total > 0
    assert {row["name"] for row in rows} == {"'=cmd()"}
    assert ">Cause</th>" not in page.content.decode(), "deals are counted here: nobody asks why an amount is missing"
