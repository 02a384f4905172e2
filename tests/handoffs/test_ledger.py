"""The ledger of a pool: what counts for each of its members, how far they are from their share, and why."""

import pytest
from django.test import Client

from core.people.models import TeamSeat
from core.tenancy.ids import new_id
from core.tenancy.scope import workspace_scope
from handoffs.models import Handoff, Pool, TurnMove
from handoffs.queries import ledger
from lifecycle.models import Account
from tests.cast import Cast
from tests.handoffs.test_api import API, JSON, as_
from tests.handoffs.test_turns_beside import one_by_one

pytestmark = pytest.mark.django_db


def test_the_ledger_says_who_was_given_what_and_who_is_next(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_(cast.rick, client)
    assert "Nobody has taken turns yet" in client.get("/w/acme/pools/sales/ledger/").content.decode()
    with workspace_scope(cast.acme):
        owned = Account.objects.create(number=1, name="Initech", owner=cast.rosa)
    assert one_by_one(cast, 2, account=owned) + one_by_one(cast, 2) == ["Rosa", "Rosa", "Rick", "Rick"]
    client.post(f"{API}/handoffs/3/rejection", {"reason": "junk"}, content_type=JSON)
    told = client.get(f"{API}/pools/sales/ledger").json()
    columns = ("name", "given", "gifts", "given_back", "total", "share", "off", "ahead")
    assert [tuple(line[column] for column in columns) for line in told["lines"]] == [
        ("Rick", 2, 0, 1, 1, 1.5, -0.5, -1.0),
        ("Rosa", 0, 2, 0, 2, 1.5, 0.5, 0.0),
    ]
    moves = [(each["member"], each["handoff"], each["turns"], each["why"]) for each in told["moves"]]
    assert moves == [("Rick", 3, -1, "rejected"), ("Rosa", 2, 1, "owner"), ("Rosa", 1, 1, "owner")]
    monkeypatch.setattr(ledger, "LAST", 2)
    first = client.get(f"{API}/pools/sales/ledger").json()
    rest = client.get(f"{API}/pools/sales/ledger", {"cursor": first["next"]}).json()
    assert [*first["moves"], *rest["moves"]] == told["moves"] and (told["next"], rest["next"]) == ("", "")
    assert client.get(f"{API}/pools/sales/ledger?cursor=x").json()["field"] == "cursor"
    page = client.get("/w/acme/pools/sales/ledger/").content.decode()
    assert "Older ones" in page
    assert "1 turn owed" in page and "just had a turn" in page and "given to the owner" in page
    assert "/w/acme/pools/sales/ledger/" in client.get("/w/acme/handoffs/team/").content.decode()
    assert one_by_one(cast) == ["Rick"]
    assert client.get(f"{API}/pools/nothing/ledger").status_code == 404
    assert client.get("/w/acme/pools/nothing/ledger/").status_code == 404


def test_whoever_is_next_stands_first_whatever_their_weight_and_no_more_is_owed_than_will_count(
    cast: Cast, client: Client
) -> None:
    with workspace_scope(cast.acme):
        TeamSeat.objects.filter(member=cast.rosa).update(weight=4)
    assert one_by_one(cast) == ["Rosa"]

    def told() -> list[tuple[str, float]]:
        lines = as_(cast.rick, client).get(f"{API}/pools/sales/ledger").json()["lines"]
        return [(line["name"], line["ahead"]) for line in lines]

    assert told() == [("Rosa", 0.0), ("Rick", -0.25)]
    assert one_by_one(cast) == ["Rosa"]
    with workspace_scope(cast.acme):
        pool, handoff = Pool.objects.get(key="sales"), Handoff.objects.get(number=1)
        back = {"pool": pool, "member": cast.rick, "handoff": handoff, "turns": -1, "why": "rejected"}
        TurnMove.objects.bulk_create(TurnMove(assignment_id=new_id(), at=handoff.offered_at, **back) for _ in range(9))
    assert told() == [("Rick", -6.0), ("Rosa", 0.0)]
