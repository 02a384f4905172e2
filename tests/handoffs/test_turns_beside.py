"""What counts as a turn though nobody took it, and turns that are given back: through the door of programs."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from core.people.models import TeamSeat
from core.tenancy.scope import workspace_scope
from handoffs.models import Handoff, Rotation, TurnMove
from lifecycle.models import Account
from tests.cast import Cast
from tests.governance.test_rescoring import published
from tests.handoffs.factories import make_records, offer_records
from tests.handoffs.test_api import API, JSON, as_

pytestmark = pytest.mark.django_db


def one_by_one(cast: Cast, count: int = 1, **fields: Any) -> list[str]:
    """Who gets leads that come in each by itself."""
    with workspace_scope(cast.acme):
        for record in make_records(cast.acme, count, **fields):
            offer_records(cast.acme, [record], by=cast.dana, at=timezone.now())
        last = Handoff.objects.select_related("assignee").order_by("-number")[:count]
        return [each.assignee.name for each in reversed(last) if each.assignee]


@pytest.mark.parametrize(
    ("reason", "later"),
    [
        ("junk", ["Rick", "Rosa"]),
        ("no_budget", ["Rosa", "Rick"]),
        ("wrong_territory", ["Rick", "Rick"]),  # Rosa has it by then, in her turn
    ],
)
def test_a_turn_is_given_back_where_the_reason_says_so(
    cast: Cast, client: Client, reason: str, later: list[str]
) -> None:
    assert one_by_one(cast) == ["Rick"]
    address = f"{API}/handoffs/1/rejection"
    rejected = as_(cast.rick, client).post(address, {"reason": reason}, content_type=JSON)
    assert rejected.status_code == 200
    assert one_by_one(cast, 2) == later
    with workspace_scope(cast.acme):
        assert [each.turns for each in TurnMove.objects.all()] == [-1] * (reason != "no_budget")


def test_what_is_given_by_hand_is_a_turn_of_who_gets_it_and_none_of_who_had_it(cast: Cast, client: Client) -> None:
    assert one_by_one(cast, 2) == ["Rick", "Rosa"]
    to = {"to": "rosa@acme.example"}
    moved = as_(cast.mona, client).post(f"{API}/handoffs/1/assignment", to, content_type=JSON)
    assert moved.status_code == 200
    assert one_by_one(cast, 3) == ["Rick", "Rick", "Rick"]
    recalled = as_(cast.dana, client).post(f"{API}/handoffs/1/recall", {}, content_type=JSON)
    assert recalled.status_code == 200
    hands = client.get(f"{API}/handoffs/1").json()["hands"]
    given_back, counts = {"turns": -1, "pool": "Sales"}, {"turns": 1, "pool": "Sales"}
    assert [each["turn_moves"] for each in hands] == [
        [given_back | {"why": "taken"}],
        [counts | {"why": "hand"}, given_back | {"why": "recalled"}],
    ]
    page = client.get("/w/acme/handoffs/1/").content.decode()
    assert "Counts as a turn in Sales: given by hand." in page
    assert one_by_one(cast, 1) == ["Rosa"]
    with workspace_scope(cast.acme):
        rotation = Rotation.objects.order_by("member__name").values_list("given", "gifts", "given_back")
        assert list(rotation) == [(4, 0, 1), (2, 1, 1)]


def test_what_an_owner_gets_counts_as_turns(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        owned = Account.objects.create(number=1, name="Initech", owner=cast.rick)
    assert one_by_one(cast, 3, account=owned) == ["Rick"] * 3
    assert one_by_one(cast, 5) == ["Rosa", "Rosa", "Rosa", "Rick", "Rosa"]


def test_a_pool_is_asked_in_the_order_its_blueprint_says(cast: Cast, client: Client) -> None:
    with workspace_scope(cast.acme):
        TeamSeat.objects.filter(member=cast.rosa).update(weight=5)  # in turns she would get them all
        pool = {"key": "sales", "label": "Sales", "function": "sales"}
        asked = {"strategy": "fewest_open", "best_first": True}
        workspace = published(cast, [(["pools", {"key": "sales"}], pool | asked)])
        offered = offer_records(workspace, [make_records(workspace, score=score)[0] for score in (10, 50, 20, 40, 30)])
        assert [each.record.score for each in offered] == [50, 40, 30, 20, 10]
        assert [each.assignee.name for each in offered if each.assignee] == ["Rosa", "Rick", "Rosa", "Rick", "Rosa"]
    words = "Whoever has the fewest open handoffs"
    assert words in as_(cast.mona, client).get("/w/acme/handoffs/3/").content.decode()
    assert client.get(f"{API}/handoffs/3").json()["hands"][0]["strategy"] == words
    assert f"{words}; the best record first" in client.get("/w/acme/blueprint/").content.decode()
