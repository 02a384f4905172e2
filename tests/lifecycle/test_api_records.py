"""The records' door for programs: wiring, shapes, refusals by name, and what it costs."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.tenancy.scope import workspace_scope
from lifecycle.models import Record, Rejection
from tests.cast import Cast

BACKEND = "django.contrib.auth.backends.ModelBackend"
BASE = "/api/v1/w/acme/"


class Caller:
    """A signed-in member speaking JSON."""

    def __init__(self, member: Any) -> None:
        self.client = Client(raise_request_exception=True)
        self.client.force_login(member.user, backend=BACKEND)

    def get(self, path: str, **query: str) -> Any:
        return self.client.get(BASE + path, query)

    def send(self, method: str, path: str, body: Any, content_type: str = "application/json") -> Any:
        data = body if isinstance(body, bytes | str) else json.dumps(body)
        return getattr(self.client, method)(BASE + path, data=data, content_type=content_type)

    def post(self, path: str, body: Any, **more: str) -> Any:
        return self.send("post", path, body, **more)


@pytest.fixture
def dana(cast: Cast) -> Caller:
    return Caller(cast.dana)


def queries(captured: CaptureQueriesContext) -> list[str]:
    """Without savepoints, the session's own two, and the scope's end (a real request ends with its transaction)."""
    own = ("SAVEPOINT", "RELEASE", "ROLLBACK TO", "select set_config('app.workspace_id', '', true)")
    told = [each["sql"] for each in captured if not each["sql"].startswith(own)]
    return [each for each in told if "django_session" not in each and '"workspaces_user"."id" =' not in each]


def test_a_record_comes_in_is_read_changed_and_found(dana: Caller, cast: Cast) -> None:
    made = dana.post(
        "records",
        {
            "email": "zoe@initech.example", "name": "Zoe Park", "account": "Initech", "owner": "Rick@acme.example",
            "system": "crm", "external_id": "7", "properties": {"seniority": "vp", "employees": "120"},
        },
    )  # fmt: skip
    assert made.status_code == 201, made.content
    assert made.json() == {"line": 1, "state": "created", "number": 1, "stage": "lifecycle/lead"}
    told = dana.get("records/1").json()
    assert told["owner"] == {"name": "Rick", "email": "rick@acme.example"} and told["team"] == "sales"
    assert told["account"]["name"] == "Initech" and told["properties"] == {"seniority": "VP", "employees": 120}
    assert told["external_ids"] == [{"system": "crm", "value": "7"}] and told["score"] == 50
    change = {"amount": 12.5, "properties": {"region": "West"}, "owner": None}
    assert dana.send("patch", "records/1", change).status_code == 403  # Rick's, and nothing of it was changed
    assert dana.get("records/1").json()["amount"] is None
    changed = Caller(cast.rick).send("patch", "records/1", change)
    assert changed.status_code == 200 and changed.json()["amount"] == "12.50" and changed.json()["owner"] is None
    assert [each["number"] for each in dana.get("search", q="park init").json()["results"]] == [1]
    again = dana.post("records", {"email": "zoe@initech.example", "name": "Zoe Park"})
    assert again.status_code == 200 and again.json()["state"] == "unchanged"
    kinds = [each["kind"] for each in dana.get("records/1/timeline").json()["results"]]
    assert kinds.count("record.entered_stage") == 2 and kinds[-1] != kinds[0]


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ([], "wrong_type", None),
        ({}, "empty_row", "name"),
        ({"colour": "red"}, "unknown_field", "colour"),
        ({"properties": {"colour": "red"}}, "unknown_property", "properties.colour"),
        ({"properties": []}, "wrong_type", "properties"),
        ({"properties": {"seniority": "Boss"}}, "unknown_option", "properties.seniority"),
        ({"properties": {"employees": 1.5}}, "bad_number", "properties.employees"),
        ({"properties": {"employees": 10**18}}, "bad_number", "properties.employees"),
        ({"properties": {"demo_requested": "maybe"}}, "wrong_type", "properties.demo_requested"),
        ({"properties": {"decision_by": "2026-02-30"}}, "bad_date", "properties.decision_by"),
        ({"kind": "unicorn"}, "bad_kind", "kind"),
        ({"email": "nobody"}, "bad_email", "email"),
        ({"email": ["a@x.example"]}, "wrong_type", "email"),
        ({"amount": "ten"}, "bad_number", "amount"),
        ({"amount": True}, "wrong_type", "amount"),
        ({"amount": 1e20}, "too_large", "amount"),
        ({"amount": 2**70}, "too_large", "amount"),
        ({"name": "x" * 256}, "too_long", "name"),
        ({"name": "a\x00b"}, "bad_text", "name"),
        ({"name": {"a": 1}}, "wrong_type", "name"),
        ({"closes_on": "31/12/2026"}, "bad_date", "closes_on"),
        ({"created_at": "0001-01-01T00:00:00+14:00"}, "bad_date", "created_at"),
        ({"pipeline": "nowhere"}, "unknown_pipeline", "pipeline"),
        ({"stage": "nowhere"}, "unknown_stage", "stage"),
        ({"kind": "opportunity", "stage": "closed_lost", "reason": "fate"}, "unknown_reason", "reason"),
        ({"owner": "nobody@x.example"}, "unknown_owner", "owner"),
    ],
)
def test_bad_input_is_refused_by_name(dana: Caller, body: Any, code: str, field: str | None) -> None:
    answer = dana.post("records", body)
    assert answer.status_code == 422, answer.content
    assert (answer.json()["code"], answer.json()["field"]) == (code, field)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", b'{"name": NaN}', b'{"name": 1e999}', b"[" * 5000, b'{"a":' * 60 + b"1" + b"}" * 60]
)
def test_a_broken_body_is_refused(dana: Caller, body: bytes) -> None:
    assert dana.post("records", body).status_code == 422
    assert dana.post("records:batch", body).status_code == 422


def test_a_batch_accounts_for_every_row(dana: Caller, cast: Cast) -> None:
    dana.post("records", {"email": "old@x.example", "name": "Old"})
    rows = [
        {"email": "new@x.example"},
        {"email": "old@x.example", "name": "Older"},
        {"email": "new@x.example"},
        {"email": "bad"},
        {"kind": "opportunity", "stage": "closed_won", "name": "Won"},
        7,
    ]
    answer = dana.post("records:batch", {"rows": rows})
    assert answer.status_code == 207, answer.content
    told = answer.json()
    assert {key: told[key] for key in ("rows", "created", "updated", "unchanged", "rejected")} == {
        "rows": 6, "created": 1, "updated": 1, "unchanged": 1, "rejected": 3,
    }  # fmt: skip
    assert [each["state"] for each in told["outcomes"]] == ["created", "updated", "unchanged"] + ["rejected"] * 3
    with workspace_scope(cast.acme):
        kept = list(Rejection.objects.order_by("line").values_list("line", "code"))
    assert kept == [(4, "bad_email"), (5, "gate_closed"), (6, "wrong_type")]


def test_lines_of_json_come_in_each_for_itself(dana: Caller) -> None:
    body = '{"email": "a@x.example"}\n\nnot json\n{"name": "\\u0000"}\n{"email": "b@x.example"}\n'
    answer = dana.post("records:batch", body, content_type="application/x-ndjson")
    assert [each["state"] for each in answer.json()["outcomes"]] == ["created", "rejected", "rejected", "created"]


def test_the_first_row_wins_where_asked(dana: Caller) -> None:
    rows = [{"system": "crm", "external_id": "1", "name": name} for name in ("A", "A", "B")]
    told = dana.post("records:batch", {"rows": rows, "on_repeat": "first"}).json()
    assert [each.get("code") for each in told["outcomes"]] == [None, "exact_duplicate", "repeated_id"]


def test_the_same_gate_stands_at_every_door(dana: Caller, cast: Cast) -> None:
    dana.post("records", {"kind": "opportunity", "name": "Deal", "system": "crm", "external_id": "1"})
    one = dana.post("records/1/advance", {"to": "negotiation"})
    row = {"kind": "opportunity", "system": "crm", "external_id": "1", "stage": "negotiation"}
    single, batch = dana.post("records", row), dana.post("records:batch", [row])
    unmet = one.json()["facts"]["unmet"]
    assert one.status_code == single.status_code == 422 and len(unmet) == 4
    assert one.json()["detail"] == single.json()["detail"] == batch.json()["outcomes"][0]["detail"]
    assert single.json()["facts"]["unmet"] == unmet == batch.json()["outcomes"][0]["facts"]["unmet"]


def test_a_record_moves_and_is_touched(dana: Caller) -> None:
    dana.post("records", {"email": "a@x.example"})
    moved = dana.post("records/1/advance", {"to": "disqualified"})
    assert moved.status_code == 200 and moved.json()["stage"] == "disqualified"
    assert dana.post("records/1/advance", {}).json()["field"] == "to"
    touched = dana.post("records/1/activities", {"kind": "call", "outcome": "Connected"})
    assert touched.status_code == 201 and touched.json()["is_qualifying"] is True
    assert dana.post("records/1/activities", {"kind": "dance"}).json()["field"] == "kind"
    assert len(dana.get("records/1/activities").json()["results"]) == 1


def test_pages_follow_each_other_and_miss_nothing(dana: Caller) -> None:
    rows = [{"email": f"l{n}@x.example", "source": "Web" if n % 2 else "Ads"} for n in range(25)]
    rows += [{"kind": "opportunity", "name": f"D{n}"} for n in range(10)]
    dana.post("records:batch", rows)
    seen, path = [], f"{BASE}records?limit=10"
    while path:
        page = dana.client.get(path).json()
        seen += [each["number"] for each in page["results"]]
        path = page["next"]
    assert sorted(seen) == list(range(1, 36)) and len(seen) == len(set(seen))
    assert len(dana.get("records", kind="opportunity").json()["results"]) == 10
    assert len(dana.get("records", source="Web").json()["results"]) == 12
    assert len(dana.get("records", stage="lifecycle/lead").json()["results"]) == 25
    assert [each["email"] for each in dana.get("records", email="L3@x.example").json()["results"]] == ["l3@x.example"]
    assert len(dana.get("records", owner="none").json()["results"]) == 35
    for bad in (
        {"limit": "0"},
        {"limit": "00020099999"},
        {"limit": "x"},
        {"cursor": "?"},
        {"kind": "x"},
        {"stage": "x"},
        {"email": "\x00"},
    ):
        assert dana.get("records", **bad).status_code == 422, bad


def test_accounts_are_told_by_name(dana: Caller) -> None:
    dana.post("records:batch", [{"email": f"a{n}@x.example", "account": name} for n, name in enumerate("BACA")])
    told = dana.get("accounts", limit="2").json()
    assert [(each["name"], each["records"]) for each in told["results"]] == [("A", 2), ("B", 1)]
    assert [each["name"] for each in dana.client.get(told["next"]).json()["results"]] == ["C"]
    assert dana.get("accounts/1").status_code == 200 and dana.get("accounts/99").status_code == 404


def test_a_record_of_nobody_is_not_there(dana: Caller, cast: Cast) -> None:
    for path in ("records/1", "records/1/timeline", f"records/{2**80}", "records/1/activities"):
        assert dana.get(path).status_code == 404
    assert Caller(cast.otto).get("records").status_code == 404


def test_a_leader_reads_and_does_not_write(cast: Cast) -> None:
    vera = Caller(cast.vera)
    assert vera.get("records").status_code == 200
    assert vera.post("records", {"email": "a@x.example"}).status_code == 403


def test_one_record_costs_one_statement_and_many_cost_no_more(dana: Caller) -> None:
    dana.post("records", {"email": "warm@x.example", "name": "Warm"})
    with CaptureQueriesContext(connection) as one:
        dana.post("records", {"email": "a@x.example", "name": "A"})
    assert len(queries(one)) <= 4, queries(one)
    hot = {"employees": 200, "seniority": "VP", "demo_requested": True}
    with CaptureQueriesContext(connection) as offered:
        assert dana.post("records", {"email": "h@x.example", "properties": hot}).json()["stage"] == "lifecycle/mql"
    assert len(queries(offered)) <= 4, queries(offered)
    with CaptureQueriesContext(connection) as many:
        rows = [{"email": f"m{n}@x.example", "account": f"C{n}", "properties": hot} for n in range(50)]
        assert dana.post("records:batch", rows).json()["created"] == 50
    assert len(queries(many)) == len(queries(offered)), queries(many)


def test_a_list_costs_two_queries(dana: Caller) -> None:
    dana.post("records:batch", [{"email": f"m{n}@x.example", "account": f"C{n}"} for n in range(30)])
    with CaptureQueriesContext(connection) as captured:
        assert len(dana.get("records").json()["results"]) == 30
    assert len(queries(captured)) == 2, queries(captured)


def test_numbers_of_records_are_given_without_gaps(dana: Caller, cast: Cast) -> None:
    dana.post("records:batch", [{"email": f"m{n}@x.example"} for n in range(5)])
    dana.post("records:batch", [{"email": "bad"}, {"email": "m9@x.example"}])
    with workspace_scope(cast.acme):
        assert list(Record.objects.order_by("number").values_list("number", "email"))[-1] == (6, "m9@x.example")
