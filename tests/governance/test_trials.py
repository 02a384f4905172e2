"""Trying routing out says what offering then does, and keeps nothing."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from core.people.models import TimeOff
from core.tenancy.scope import workspace_scope
from handoffs.models import Assignment, Handoff, Rotation
from lifecycle.actions.intake import Incoming, take_in
from lifecycle.models import Account, Record
from tests.cast import MONDAY_10, Cast
from tests.governance.test_api import Caller
from tests.governance.test_pages import door, words
from tests.handoffs.factories import make_records, offer_records

pytestmark = pytest.mark.django_db
RULES = ["seams", {"key": "marketing_to_sales"}, "routing"]
TRACED = ("position", "label", "verdict", "why")


def test_a_trial_says_what_offering_then_does(cast: Cast) -> None:
    rick = Caller(cast.rick)
    with workspace_scope(cast.acme):
        gone = Account.objects.create(number=1, name="Gone", name_key="gone", owner=cast.cleo)
        owned = Account.objects.create(number=2, name="Initech", name_key="initech", owner=cast.rosa)
        TimeOff.objects.create(member=cast.cleo, starts_at=MONDAY_10, ends_at=MONDAY_10 + timedelta(days=2))
        records = [
            *make_records(cast.acme),
            *make_records(cast.acme, account=gone),
            *make_records(cast.acme, account=owned),
        ]
    asked = {"seam": "marketing_to_sales", "records": [each.number for each in records], "at": MONDAY_10.isoformat()}
    answer = rick.post("routing/try", asked)
    assert answer.status_code == 200, answer.json()
    told = answer.json()
    assert told == rick.post("routing/try", asked).json()  # nobody's turn moved
    with workspace_scope(cast.acme):
        assert (Handoff.objects.count(), Rotation.objects.count()) == (0, 0)
        kept = [offered_alone(cast, record) for record in records]
        assert [each["receiver"] for each in told["results"]] == [each.member.name for each in kept]
        assert [each["cause"] for each in told["results"]] == [each.cause for each in kept]
        traced = [[{name: rule[name] for name in TRACED} for rule in each["rules"]] for each in told["results"]]
        assert traced == [each.trace["rules"] for each in kept]
        assert [each["candidates"] for each in told["results"]] == [each.trace["candidates"] for each in kept]
    assert told["by_rule"] == [
        {"rule": "A named account goes to its owner", "records": 0},
        {"rule": "A known company goes to its owner", "records": 1},
        {"rule": "Everybody else takes turns", "records": 2},
    ]


def offered_alone(cast: Cast, record: Record) -> Assignment:
    """What offering it really gives; taken back, so that the next finds everything as it was."""
    with transaction.atomic():
        [handoff] = offer_records(cast.acme, [record], at=MONDAY_10)
        kept: Assignment = handoff.assignments.select_related("member").get()
        transaction.set_rollback(True)
    return kept


def test_typed_records_are_tried_through_the_rules_of_a_draft(cast: Cast) -> None:
    dana, page = Caller(cast.dana), "/w/acme/routing/try/"
    rule = {
        "key": "web",
        "label": "From the web",
        "expression": 'source == "Web" && employees > 50',
        "target": "member",
    }
    last = {"key": "last", "label": "Everybody else", "expression": "true", "target": "pool", "pool": "sales"}
    edits = [{"path": RULES, "after": [{**rule, "member": "mona@acme.example"}, last]}]
    number = dana.post("changes", {"title": "The web", "edits": edits}).json()["number"]
    typed = {"seam": "marketing_to_sales", "change": str(number), "records": ""}
    client = door(cast.dana)
    assert "Try routing" in words(client.get(f"{page}?seam=marketing_to_sales&change={number}"))
    said = words(client.post(page, {**typed, "rows": "name,source,employees\nAnn,Web,60\nBob,Fair,60\nCy,Web,"}))
    assert (said.count("Taken by: From the web"), said.count("Taken by: Everybody else")) == (1, 2)
    assert '<td>From the web</td><td class="num">1</td>' in said and "Mona" in said
    assert said.count('class="muted">blank</span>') == 1
    for rows, refusal in (
        ("name,shoe_size\nAnn,42", "no field called “shoe_size”"),
        ("name,employees\nBob,5\nAnn,many", "Row 2: “many” is no number"),
        ("name,owner\nAnn,who@acme.example", "Row 1: “who@acme.example” is no address of anybody here"),
        ("name,stage\nAnn,sal", "takes a stage of “mql” alone"),
        ("name,Name\nAnn,Bo", "“name” is named twice"),
        ('name,source\n"Ann,Web', "Line 2: A quote is opened and never closed"),
        ("name", "first line names the fields"),
    ):
        answer = client.post(page, {**typed, "rows": rows})
        assert answer.status_code == 422 and refusal in words(answer)
    file = SimpleUploadedFile("Messe.csv", "Name;Source;Employees\r\nMüller;Web;60\r\n".encode("cp1252"))
    assert "Taken by: From the web" in words(client.post(page, {**typed, "rows": "", "file": file}))
    assert dana.post("routing/try", {"seam": "marketing_to_sales", "records": [999]}).json()["field"] == "records"
    assert client.post(page, {**typed, "rows": "name\nAnn", "at": "0001-01-02T00:00"}).status_code == 422
    long_ago = {"seam": "marketing_to_sales", "rows": [{"name": "Ann"}], "at": "0001-01-02T00:00:00Z"}
    assert dana.post("routing/try", long_ago).json()["field"] == "at"
    assert dana.post("routing/try", {"seam": "marketing_to_sales", "change": 999, "records": [1]}).status_code == 404


def test_handoffs_of_the_past_are_tried_as_they_were_when_they_were_offered(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        web, fair = make_records(cast.acme, source="Web"), make_records(cast.acme, source="Fair")
        kept = [offer_records(cast.acme, each, by=cast.dana)[0] for each in (web, fair)]
        later, elsewhere = MONDAY_10 + timedelta(days=1), {"core": {"source": "Fair"}}
        row = Incoming(1, "lead", **elsewhere, record_id=web[0].pk)
        assert not take_in(cast.acme, [row], by=cast.ada, at=later, cause="edit").rejected
    dana, numbers = Caller(cast.dana), [each.number for each in kept]
    asked = {"seam": "marketing_to_sales", "handoffs": numbers, "at": later.isoformat()}
    same = dana.post("routing/try", asked).json()
    assert (same["moved"], [each["handoff"] for each in same["results"]]) == (0, numbers)
    assert [each["was_receiver"] for each in same["results"]] == ["Rick", "Rosa"]
    rule = {"key": "web", "label": "The web", "expression": 'source == "Web"', "target": "member"}
    last = {
        "key": "last",
        "label": "Everybody else takes turns",
        "expression": "true",
        "target": "pool",
        "pool": "sales",
    }
    edits = [{"path": RULES, "after": [{**rule, "member": "mona@acme.example"}, last]}]
    change = dana.post("changes", {"title": "The web", "edits": edits}).json()["number"]
    told = dana.post("routing/try", asked | {"change": change}).json()
    found = [(each["receiver"], each["rule"], each["goes_elsewhere"]) for each in told["results"]]
    assert found == [("Mona", "The web", True), ("Rick", "Everybody else takes turns", False)] and told["moved"] == 1
    typed = {"seam": "marketing_to_sales", "change": change, "handoffs": f"#{numbers[0]}, {numbers[1]}"}
    said = words(door(cast.dana).post("/w/acme/routing/try/", typed))
    assert "1 by another rule than then" in said and "Then: Rick" in said
    gone = dana.post("routing/try", asked | {"handoffs": [999]})
    assert (gone.status_code, gone.json()["field"]) == (422, "handoffs")
    assert dana.post("routing/try", asked | {"seam": "sales_to_success"}).json()["field"] == "handoffs"
