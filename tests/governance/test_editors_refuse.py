"""What an editor refuses, and where it says so."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from core.tenancy.scope import workspace_scope
from governance.editors import EDITORS
from lifecycle.actions.intake import Incoming, take_in
from tests.cast import MONDAY_10, Cast
from tests.governance.editing import drafted, said_at_fields, url_of
from tests.governance.fields import fields_of
from tests.governance.test_api import Caller
from tests.governance.test_pages import door, new_change, words

pytestmark = pytest.mark.django_db


REFUSED = [
    ("threshold", "", {"threshold": "99999"}, "This is between 0 and 2,000."),
    ("seam", "marketing_to_sales", {"label": " "}, "This field is required."),
    ("seam", "marketing_to_sales", {"ladder-0-after_minutes": "soon"}, "Enter a whole number."),
    ("property", "+", {"label": "X", "key": "Not A Key"}, "“Not A Key” is not written like marketing_to_sales."),
    ("property", "+", {"label": "Phone", "key": "phone"}, "There is one of this key already."),
    ("stage", "sales/proposal", {"age_limit_days": "0"}, "This is between 1 and 3,650."),
    ("stage", "sales/proposal", {"probability": "1e999"}, "This is between 0 and 100."),
    ("calendar", "office", {"weekly-mon": "9 to 5"}, "“9 to 5” is not written like 09:00-17:30."),
    ("metric", "leakage_sales_success", {"parameters-window_days": "many"}, "Enter a whole number."),
    ("scoring", "", {"rules-0-points": "5000"}, "This is between -1,000 and 1,000."),
    ("scoring", "", {"rules-0-expression.0.0.value": "many"}, "“many” is not a number."),
    ("stage", "sales/proposal", {"entry-0-expression.mode": "text", "entry-0-expression": "employes > 1"},
     "employes"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "of", "typed", "sentence"), REFUSED)
def test_a_value_that_cannot_stand_is_refused_at_its_field(
    cast: Cast, what: str, of: str, typed: dict[str, Any], sentence: str
) -> None:
    change, client = new_change(cast), door(cast.ada)
    url = url_of(change, what, of)
    answer = client.post(url, fields_of(client.get(url).content.decode()) | typed)
    assert answer.status_code == 422 and sentence in words(answer)
    assert drafted(cast, change) == {}


@pytest.mark.parametrize("what", sorted(EDITORS))
def test_who_may_not_edit_is_told_so_whatever_they_send(cast: Cast, what: str) -> None:
    change, of = new_change(cast), {"reason": "reject/duplicate", "stage": "lifecycle/mql"}
    for sent in ({"label": "", "threshold": "many"}, {"do": "add:rules"}, {"do": "take_away"}, {"place": "first"}):
        for subject in (of.get(what, ""), "+"):
            assert door(cast.rick).post(url_of(change, what, subject), sent).status_code == 403


def test_who_may_not_gets_403_and_strangers_404(cast: Cast) -> None:
    change = new_change(cast)
    url = url_of(change, "pool", "sales")
    posted = fields_of(door(cast.ada).get(url).content.decode())
    assert door(cast.rick).get(url).status_code == 200
    assert door(cast.rick).post(url, posted | {"region": "EMEA"}).status_code == 403
    assert door(cast.rick).post(url, {"do": "take_away"}).status_code == 403
    assert door(cast.otto).get(url).status_code == 404
    assert door(cast.otto).post(url, posted).status_code == 404
    assert Client().get(url).status_code == 302
    assert drafted(cast, change) == {}


@pytest.mark.parametrize("of", ["no_such", "reject/no", "a/b/c", "lifecycle/mql/+", "++"])
@pytest.mark.parametrize("what", ["seam", "stage", "reason", "metric", "threshold", "document", "routing"])
def test_what_is_not_there_is_not_found(cast: Cast, what: str, of: str) -> None:
    change = new_change(cast)
    assert door(cast.ada).get(url_of(change, what, of)).status_code == 404


def test_what_the_checks_say_of_a_draft_stands_at_its_field(cast: Cast) -> None:
    change, client = new_change(cast), door(cast.ada)
    url = url_of(change, "seam", "marketing_to_sales")
    typed = {"owner": "", "ladder-TOTAL_FORMS": "0"}
    assert client.post(url, fields_of(client.get(url).content.decode()) | typed).status_code == 302
    again = client.get(url)
    assert said_at_fields(again) == [
        "Marketing → Sales has no owner.",
        "Marketing → Sales has no ladder: a breach would be seen by nobody.",
    ]
    other = url_of(change, "seam", "sales_to_success")
    assert said_at_fields(client.get(other)) == []


def test_what_the_checks_say_of_a_line_and_of_a_type_stands_there(cast: Cast) -> None:
    change, client = new_change(cast), door(cast.ada)
    stage = ["pipelines", {"key": "lifecycle"}, "stages", {"key": "mql"}, "exit"]
    lines = [{"label": "Large", "expression": "employes > 5"}, {"label": "At least 50", "expression": "employees > 9"}]
    edits = [{"path": stage, "after": lines}]
    assert Caller(cast.ada).post(f"changes/{change.number}/edits", {"edits": edits}).status_code == 200
    unread, contradicted = said_at_fields(client.get(url_of(change, "stage", "lifecycle/mql")))
    assert "“Large”" in unread and "(line 1, column 1)" in unread
    assert "“At least 50”: The words say 50, the test says 9." in contradicted

    with workspace_scope(cast.acme):
        held = {"email": "a@x.example", "name": "A"}
        take_in(cast.acme, [Incoming(1, "lead", core=held, properties={"seniority": "VP"})], by=cast.ada, at=MONDAY_10)
    edits = [{"path": ["properties", {"key": "seniority"}, "type"], "after": "text"}]
    assert Caller(cast.ada).post(f"changes/{change.number}/edits", {"edits": edits}).status_code == 200
    (changed,) = said_at_fields(client.get(url_of(change, "property", "seniority")))
    assert "would change from choice to text while 1 records hold a value" in changed
