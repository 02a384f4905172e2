"""What each routing rule brings: what it takes, and who would have taken it without it."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection

from blueprint.documents import blueprint_of
from core.tenancy.scope import workspace_scope
from governance.actions.proving import prove_next
from governance.impact.rule_yields import told_of
from governance.models import RuleProof
from handoffs.actions.answering import accept
from tests.cast import MONDAY_10, Cast
from tests.governance.test_pages import door, words
from tests.governance.test_rescoring import published
from tests.handoffs.factories import make_records, offer_records

RULES = [
    {"label": "Big", "expression": "employees > 100", "target": "member", "member": "rick@acme.example"},
    {"label": "Owned", "expression": "employees > 10", "target": "record_owner"},
    {"label": "Middling", "expression": "employees > 50", "target": "pool", "pool": "sales"},
    {"label": "Giants", "expression": "employees > 100000", "target": "pool", "pool": "sales"},
    {"label": "Everybody else", "expression": "true", "target": "pool", "pool": "sales"},
]
AT, CALL = "/w/acme/routing/yields/marketing_to_sales/", "/api/v1/w/acme/routing/yields/marketing_to_sales"


def _refused(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    return execute("select 1 / 0" if "as is_won" in sql else sql, params, many, context)


@pytest.mark.django_db
@time_machine.travel(MONDAY_10 + timedelta(hours=1), tick=False)
def test_each_rule_is_left_out_once_over_real_handoffs(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        acme = published(cast, [(["seams", {"key": "marketing_to_sales"}, "routing"], RULES)])
        records = make_records(acme, 4)
        for record, employees in zip(records, (200, 70, 60, 5), strict=True):
            record.properties = {"employees": employees}
            record.save()
        big, *_ = offer_records(acme, records)
        accept(big, by=cast.rick, at=MONDAY_10 + timedelta(minutes=30))
        assert "Not worked out yet" in words(door(cast.rick).get(AT))
        RuleProof.objects.all().delete()  # what the request asked to be proved
        told = door(cast.ada).post(CALL)
        assert (told.status_code, told.json()["state"]) == (202, "waiting")
        assert "Being worked out" in words(door(cast.rick).get(AT))
        assert prove_next(MONDAY_10) and not prove_next(MONDAY_10)
        door(cast.ada).post(AT)  # asked already today
        told = door(cast.rick).get(CALL).json()
        assert told["state"] == "done" and told["version"] == acme.blueprint_version
        assert [(each["given"], each["accepted"], each["moved"]) for each in told["rules"]] == [
            (1, 1, 1), (0, 0, 0), (2, 0, 0), (0, 0, 0), (1, 0, 1)
        ]  # fmt: skip
        assert told["rules"][0]["others"] == [{"label": "Middling", "handoffs": 1}]
        assert told["rules"][2]["others"] == [{"label": "Everybody else", "handoffs": 2}]
        assert told["rules"][4]["others"] == [{"label": "nobody", "handoffs": 1}]
        RuleProof.objects.update(state="waiting")
        with connection.execute_wrapper(_refused):
            assert prove_next(MONDAY_10) and not prove_next(MONDAY_10)  # it fails, and stands in nobody's way
        assert "division by zero" in door(cast.rick).get(CALL).json()["error"]
        door(cast.ada).post(CALL)
        assert prove_next(MONDAY_10)
        page = words(door(cast.rick).get(AT))
        assert page.count("It took nothing.") == 2 and page.count("It changes nothing") == 1
        assert "4 handoffs by version" in page
        assert door(cast.rick).get(CALL.replace("marketing", "nobody")).status_code == 404
        rules = blueprint_of(acme).seams[0].rules
    assert [each["won"] for each in told_of(rules, [([False] * 5, 9, 9, 9), ([False] * 4 + [True], 3, 2, 1)])] == [
        0, 0, 0, 0, 1
    ]  # fmt: skip
