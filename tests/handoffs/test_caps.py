"""A cap is about everything a person has: turns of several pools, and what a rule gives them without a turn."""

from datetime import timedelta

import pytest

from core.people.functions import Function
from core.people.models import Team, TeamSeat, TimeOff
from handoffs.actions.offer_batch import offer_batch
from handoffs.actions.rerouting import route_again
from handoffs.models import Assignment, Handoff
from lifecycle.models import Account
from tests.cast import MONDAY_10, Cast
from tests.handoffs.factories import make_records, seam_with

pytestmark = pytest.mark.django_db
TWO_POOLS = [
    {"label": "The web's take turns", "expression": 'source == "Web"', "target": "pool", "pool": "customer_success"},
    {"label": "A known company goes to its owner", "expression": "known(account_name)", "target": "account_owner"},
    {"label": "Everybody else takes turns", "expression": "true", "target": "pool", "pool": "sales"},
]


def why_of(handoff: Handoff) -> list[str]:
    return [each["why"] for each in Assignment.objects.get(handoff=handoff).trace["rules"]]


@pytest.mark.parametrize("is_one_by_one", [False, True])
def test_one_person_in_two_pools_has_one_cap(acme: Cast, is_one_by_one: bool) -> None:
    TeamSeat.objects.create(team=Team.objects.get(function=Function.CUSTOMER_SUCCESS), member=acme.rick)
    TeamSeat.objects.filter(member=acme.rick).update(cap=3)
    seam, owned = seam_with(acme.acme, routing=TWO_POOLS), Account.objects.create(number=1, name="I", owner=acme.rick)
    records = [
        record
        for _ in range(4)
        for fields in ({"source": "Web"}, {"account": owned}, {"source": "Partner"})
        for record in make_records(acme.acme, **fields)
    ]
    ids = [each.pk for each in records]
    for batch in [[each] for each in ids] if is_one_by_one else [ids]:
        offer_batch(acme.acme, seam, batch, by=None, at=MONDAY_10)
    given = list(Handoff.objects.order_by("number").values_list("assignee__name", flat=True))
    assert (len(given), given.count("Rick")) == (12, 3)
    assert given == ["Rick", "Rick", "Rick", *["Cleo", "Rosa", "Rosa"] * 3]
    full = Handoff.objects.get(record=records[-2])
    assert why_of(full) == ["", "the account's owner has as many as they take", ""]


def test_the_owner_of_the_other_side_gets_nothing_back(acme: Cast) -> None:
    owned = Account.objects.create(number=1, name="Initech", owner=acme.cleo)
    by_owner = {"expression": "true", "label": "To its owner"}
    rules = [by_owner | {"target": "account_owner"}, by_owner | {"target": "record_owner"}, TWO_POOLS[-1]]
    [record] = make_records(acme.acme, account=owned, owner=acme.dana)
    offer_batch(acme.acme, seam_with(acme.acme, routing=rules), [record.pk], by=None, at=MONDAY_10)
    handoff = Handoff.objects.get()
    assert handoff.assignee in (acme.rick, acme.rosa)
    assert why_of(handoff)[:2] == [
        "the account's owner is not of the receiving side",
        "the record's owner is not of the receiving side",
    ]


def test_two_queues_that_drain_at_once_keep_one_cap(acme: Cast) -> None:
    TeamSeat.objects.create(team=Team.objects.get(function=Function.CUSTOMER_SUCCESS), member=acme.rick)
    TeamSeat.objects.filter(member=acme.rick).update(cap=1)
    later = MONDAY_10 + timedelta(minutes=10)
    for who in (acme.rick, acme.rosa, acme.cleo, acme.mona):
        until = later if who == acme.rick else later + timedelta(days=1)
        TimeOff.objects.create(member=who, starts_at=MONDAY_10, ends_at=until)
    records = [*make_records(acme.acme, source="Web"), *make_records(acme.acme)]
    seam = seam_with(acme.acme, routing=TWO_POOLS)
    offer_batch(acme.acme, seam, [each.pk for each in records], by=None, at=MONDAY_10)
    assert route_again(acme.acme, later) == 2
    had = Handoff.objects.order_by("assignee").values_list("assignee__name", "queue__key")
    assert [(name, bool(queue)) for name, queue in had] == [("Rick", False), (None, True)]
