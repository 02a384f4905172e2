"""The API about people: the same actions as the pages, one envelope for refusals."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client

from core.people.models import Member
from core.tenancy.scope import workspace_scope
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SignIn = Callable[[Member], Client]
API = "/api/v1/w/acme"
JSON = "application/json"


def test_me_says_who_is_asking(cast: Cast, as_member: SignIn) -> None:
    told = as_member(cast.rick).get(f"{API}/me").json()
    assert told["member"]["name"] == "Rick" and told["scopes"] is None and told["workspace"]["blueprint_version"] == 1


def test_people_come_in_pages_with_filters(cast: Cast, as_member: SignIn) -> None:
    browser = as_member(cast.rick)
    page = browser.get(f"{API}/people?limit=3").json()
    names = [one["name"] for one in page["results"]]
    while page["next"]:
        page = browser.get(page["next"]).json()
        names += [one["name"] for one in page["results"]]
    assert sorted(names) == ["Ada", "Cleo", "Dana", "Mona", "Rick", "Rosa", "Vera"]
    leaders = browser.get(f"{API}/people?role=leader&is_active=true").json()["results"]
    assert [one["name"] for one in leaders] == ["Vera"]
    assert browser.get(f"{API}/people?role=king").json()["field"] == "role"


def test_people_cost_the_same_however_many(cast: Cast, as_member: SignIn, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    with workspace_scope(cast.acme):
        Member.objects.bulk_create(Member(name=f"Rep {number}") for number in range(40))
    browser = as_member(cast.rick)
    with django_assert_max_num_queries(9):
        assert len(browser.get(f"{API}/people?limit=200").json()["results"]) == 47


def test_a_member_is_changed_and_a_refusal_changes_nothing(cast: Cast, as_member: SignIn) -> None:
    browser, rick = as_member(cast.ada), f"{API}/people/{cast.rick.pk}"
    assert browser.patch(rick, {"role": "manager", "name": "Richard"}, JSON).json()["role"] == "manager"
    with workspace_scope(cast.acme):
        Member.objects.filter(pk=cast.rosa.pk).update(external_key="taken")
    refused = browser.patch(rick, {"role": "rep", "external_key": "taken"}, JSON)
    assert refused.status_code == 422 and refused.json()["code"] == "key_taken"
    assert browser.get(rick).json()["role"] == "manager"


def test_leaving_and_coming_back(cast: Cast, as_member: SignIn) -> None:
    browser, door = as_member(cast.ada), f"{API}/people/{cast.dana.pk}/deactivation"
    assert browser.post(door).json()["is_active"] is False
    assert as_member(cast.dana).get(f"{API}/me").status_code == 404
    assert browser.delete(door).json()["is_active"] is True
    assert browser.post(f"{API}/people/{cast.mona.pk}/deactivation").json()["code"] == "still_manages"


def test_teams_seats_and_time_off(cast: Cast, as_member: SignIn) -> None:
    browser = as_member(cast.ada)
    made = browser.post(f"{API}/teams", {"name": "West", "function": "sales", "manager": str(cast.mona.pk)}, JSON)
    assert made.status_code == 201 and made.json()["key"] == "west"
    place = f"{API}/teams/west/seats/{cast.rick.pk}"
    assert browser.put(place, {"weight": 3, "cap": 10}, JSON).status_code == 201
    assert browser.put(place, {"weight": 1}, JSON).json() == {"team": "west", "weight": 1, "cap": None}
    assert browser.patch(f"{API}/teams/west", {"region": "West"}, JSON).json()["seats"][0]["name"] == "Rick"
    assert browser.delete(place).status_code == 204
    span = {"starts_at": "2026-12-24T00:00:00Z", "ends_at": "2026-12-27T00:00:00Z"}
    for name, day in (("starts_at", "0001-01-01"), ("ends_at", "9999-12-31")):  # of years that no clock shows
        refused = browser.post(f"{API}/people/{cast.rick.pk}/time-off", span | {name: f"{day}T00:00:00Z"}, JSON)
        assert (refused.status_code, refused.json()["field"]) == (422, name)
    absence = browser.post(f"{API}/people/{cast.rick.pk}/time-off", span, JSON)
    assert absence.status_code == 201
    assert browser.delete(f"{API}/people/{cast.rick.pk}/time-off/{absence.json()['id']}").status_code == 204


@pytest.mark.parametrize(
    ("where", "body"),
    [
        ("teams", {"name": "X", "function": "kitchen"}),
        ("teams", {"name": "X", "function": "sales", "manager": str(uuid4())}),
        ("invitations", {"email": "nobody"}),
        ("invitations", {"email": "x@y.example", "team": "nowhere"}),
        ("keys", {"name": "X", "scopes": ["everything"]}),
        ("keys", {"name": "X", "scopes": ["people:read"], "expires_at": "2001-01-01T00:00:00Z"}),
        ("teams", {"name": "nul \x00", "function": "sales"}),
        ("teams", []),
        ("teams", "x"),
    ],
)
def test_bad_input_is_refused_in_the_envelope(cast: Cast, as_member: SignIn, where: str, body: object) -> None:
    refused = as_member(cast.ada).post(f"{API}/{where}", body, JSON)
    assert refused.status_code == 422 and set(refused.json()) == {"code", "detail", "field", "facts"}


def test_a_method_that_is_not_there_is_refused_in_the_envelope(cast: Cast, as_member: SignIn) -> None:
    refused = as_member(cast.ada).delete(f"{API}/teams")
    assert refused.status_code == 405 and refused.json()["code"] == "method_not_allowed"
