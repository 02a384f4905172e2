"""The handoffs' API: the same actions, the same refusals, in the one envelope."""

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from core.people.models import Member
from core.tenancy.scope import workspace_scope
from handoffs.models import Handoff
from tests.cast import Cast
from tests.counting import statements
from tests.handoffs.factories import make_records, offer_records

pytestmark = pytest.mark.django_db
API = "/api/v1/w/acme"
JSON = "application/json"


def as_(member: Member, client: Client) -> Client:
    client.force_login(member.user, "django.contrib.auth.backends.ModelBackend")  # type: ignore[arg-type]
    return client


def offered(cast: Cast, count: int = 1) -> list[Handoff]:
    with workspace_scope(cast.acme):
        return offer_records(cast.acme, make_records(cast.acme, count), by=cast.dana, at=timezone.now())


def rep_of(cast: Cast, handoff: Handoff) -> Member:
    return cast.rick if handoff.assignee_id == cast.rick.pk else cast.rosa


def test_the_list_pages_filters_and_costs_no_more_for_more(cast: Cast, client: Client) -> None:
    offered(cast, 12)
    as_(cast.vera, client).get(f"{API}/handoffs")
    with statements() as said:
        first = client.get(f"{API}/handoffs?limit=5").json()
    assert len([each for each in said if each != "BEGIN"]) <= 4  # session, user, entrance, list
    second = client.get(first["next"]).json()
    third = client.get(second["next"]).json()
    numbers = [each["number"] for page in (first, second, third) for each in page["results"]]
    assert numbers == sorted(numbers, reverse=True) and len(set(numbers)) == 12
    assert third["next"] is None
    mine = as_(cast.rick, client).get(f"{API}/handoffs?assignee=me&state=offered").json()["results"]
    assert len(mine) == 6 and {each["assignee"]["email"] for each in mine} == {"rick@acme.example"}
    assert len(client.get(f"{API}/handoffs?assignee=rosa@acme.example").json()["results"]) == 6
    refused = client.get(f"{API}/handoffs?state=odd")
    assert (refused.status_code, refused.json()["field"]) == (422, "state")


def test_a_list_says_of_a_handoff_what_its_own_address_says(cast: Cast, client: Client) -> None:
    first, second, third = offered(cast, 3)
    as_(cast.mona, client)
    with time_machine.travel(timezone.now(), tick=False):
        accepted = client.post(f"{API}/handoffs/{first.number}/acceptance")
        reason = {"reason": "no_budget", "note": "Three calls"}
        rejected = client.post(f"{API}/handoffs/{second.number}/rejection", reason, content_type=JSON)
        assert (accepted.status_code, rejected.status_code) == (200, 200)
        listed = client.get(f"{API}/handoffs").json()["results"]
        for handoff in listed:
            whole = client.get(f"{API}/handoffs/{handoff['number']}").json()
            assert {
                key: value
                for key, value in whole.items()
                if key not in ("hands", "clocks", "pauses", "leave_ahead", "time_to_touch", "ladder", "packet_items")
            } == handoff
    assert [each["number"] for each in listed] == [third.number, second.number, first.number]
    assert listed[1] == rejected.json() and listed[2] == accepted.json()


def test_one_handoff_tells_rules_pool_and_ladder(cast: Cast, client: Client) -> None:
    [handoff] = offered(cast)
    told = as_(cast.vera, client).get(f"{API}/handoffs/{handoff.number}").json()
    assert told["hands"][0]["rules"][-1] == {
        "position": 2,
        "label": "Everybody else takes turns",
        "verdict": "met",
        "why": "",
    }
    assert [each["action"] for each in told["ladder"]] == ["warn", "task", "reassign", "raise"]
    path = client.get(f"{API}/records/{told['record']['number']}/path").json()
    assert [each["number"] for each in path] == [handoff.number]


def test_accept_once_then_409_with_who_and_when(cast: Cast, client: Client) -> None:
    [handoff] = offered(cast)
    as_(rep_of(cast, handoff), client)
    url = f"{API}/handoffs/{handoff.number}/acceptance"
    done = client.post(url, content_type=JSON)
    assert (done.status_code, done.json()["state"], done.json()["clock"]) == (200, "accepted", "met")
    again = client.post(url, content_type=JSON)
    assert (again.status_code, again.json()["code"]) == (409, "handoff_already_answered")
    assert again.json()["facts"]["by"] == rep_of(cast, handoff).name


def test_reject_names_what_is_wrong_with_the_reason(cast: Cast, client: Client) -> None:
    [handoff] = offered(cast)
    as_(rep_of(cast, handoff), client)
    url = f"{API}/handoffs/{handoff.number}/rejection"
    for body, code in [
        ({"reason": ""}, "reason_needed"),
        ({"reason": "other"}, "note_needed"),
        ({"reason": "nope"}, "unknown_reason"),
        ({}, "bad_input"),
    ]:
        refused = client.post(url, body, content_type=JSON)
        assert (refused.status_code, refused.json()["code"]) == (422, code)
    done = client.post(url, {"reason": "no_budget"}, content_type=JSON)
    assert (done.json()["state"], done.json()["reason"]) == ("rejected", "no_budget")


def test_packet_assignment_recall_and_offering_again(cast: Cast, client: Client) -> None:
    with workspace_scope(cast.acme):
        [record] = make_records(cast.acme, path="sales/closed_won", name="Initech", amount=10, owner=cast.rick)
    as_(cast.rick, client)
    body = {"record": record.number, "seam": "sales_to_success", "packet": {"goals": "Grow"}}
    first = client.post(f"{API}/handoffs", body, content_type=JSON)
    assert first.status_code == 201
    assert client.post(f"{API}/handoffs", body, content_type=JSON).json()["number"] == first.json()["number"]
    number = first.json()["number"]
    packed = client.patch(f"{API}/handoffs/{number}/packet", {"scope": "All"}, content_type=JSON).json()
    assert packed["packet"] == {"goals": "Grow", "scope": "All"} and len(packed["missing"]) == 4
    assert client.patch(f"{API}/handoffs/{number}/packet", {"hue": "red"}, content_type=JSON).status_code == 422
    assert client.patch(f"{API}/handoffs/{number}/packet", {"goals": 5}, content_type=JSON).status_code == 422
    given = {"to": "mona@acme.example"}
    assert client.post(f"{API}/handoffs/{number}/assignment", given, content_type=JSON).status_code == 403
    assert client.post(f"{API}/handoffs/{number}/recall", {}, content_type=JSON).json()["state"] == "recalled"
    as_(cast.mona, client)
    again = client.post(f"{API}/handoffs", body, content_type=JSON).json()["number"]
    moved = client.post(f"{API}/handoffs/{again}/assignment", given, content_type=JSON)
    assert moved.json()["assignee"]["email"] == "mona@acme.example"
    wrong = client.post(f"{API}/handoffs", {**body, "seam": "marketing_to_sales", "packet": {}}, content_type=JSON)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "not_at_trigger")


def test_tasks_over_the_api(cast: Cast, client: Client) -> None:
    [handoff] = offered(cast)
    as_(rep_of(cast, handoff), client)
    client.post(f"{API}/handoffs/{handoff.number}/rejection", {"reason": "inaccurate_data"}, content_type=JSON)
    [task] = as_(cast.dana, client).get(f"{API}/tasks").json()["results"]
    url = f"{API}/tasks/{task['number']}"
    assert client.get(url).json()["handoff"] == handoff.number
    assert client.post(f"{url}/completion", {"outcome": ""}, content_type=JSON).status_code == 422
    assert client.post(f"{url}/completion", {"outcome": "fixed"}, content_type=JSON).json()["outcome"] == "fixed"
    assert client.get(f"{API}/tasks").json()["results"] == []
    assert len(client.get(f"{API}/tasks?state=done").json()["results"]) == 1


@pytest.mark.parametrize("number", [999, 2**63, 10**30])
def test_what_is_not_there_is_404(cast: Cast, client: Client, number: int) -> None:
    as_(cast.ada, client)
    for path in (f"handoffs/{number}", f"tasks/{number}", f"records/{number}/path"):
        assert client.get(f"{API}/{path}").status_code == 404
    assert client.get("/api/v1/w/globex/handoffs").status_code == 404
