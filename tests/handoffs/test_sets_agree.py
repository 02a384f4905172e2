"""Routing in SQL gives every record to whom the rules in Python would: the licence to have both."""

import random
from datetime import timedelta
from uuid import UUID

import pytest

from blueprint.documents import blueprint_of
from blueprint.schema import RuleTerms, SeamTerms
from core.people.functions import Function
from core.people.models import Member, Team, TeamSeat, TimeOff, Workspace
from core.tenancy.numbers import take_numbers
from core.tenancy.scope import workspace_scope
from handoffs.actions.offer_batch import offer_batch
from handoffs.models import Assignment, Handoff, Rotation
from handoffs.rules.routing import Candidate, present_time, turns
from lifecycle.facts import facts_of
from lifecycle.models import Account, Record
from tests.cast import MONDAY_10, Cast
from tests.handoffs.factories import make_records, seam_with
from tests.handoffs.oracle import route

pytestmark = pytest.mark.django_db
EXPRESSIONS = [
    'region == "EMEA"',
    "employees >= 100",
    "known(account_name)",
    "amount > 500 || demo_requested",
    'source in ["Web", "Partner"]',
    "blank(region)",
    'lower(industry).contains("bank")',
    "true",
]


def populate(cast: Cast, chance: random.Random) -> list[Member]:
    """Sellers with random weights, caps, absences; two in a second team."""
    sales = Team.objects.get(key="sales")
    second = Team.objects.create(key="sales-emea", name="EMEA", function=Function.SALES, region="EMEA")
    people = [cast.rick, cast.rosa]
    people += [
        Member.objects.create(name=f"Seller {n}", email=f"s{n}@acme.example") for n in range(chance.randrange(6))
    ]
    TeamSeat.objects.all().delete()
    for each in people:
        TeamSeat.objects.create(
            team=chance.choice([sales, second]),
            member=each,
            weight=chance.choice([1, 1, 2, 3, 7, 50]),
            cap=chance.choice([None, None, 0, 1, 5]),
        )
        if chance.random() < 0.2:
            TimeOff.objects.create(member=each, starts_at=MONDAY_10, ends_at=MONDAY_10 + timedelta(hours=1))
        if chance.random() < 0.1:
            Member.objects.filter(pk=each.pk).update(is_active=False)
    return people


def some_records(workspace: Workspace, people: list[Member], chance: random.Random, most: int) -> list[Record]:
    records = make_records(workspace, chance.randint(1, most))
    accounts = [
        Account.objects.create(
            number=number, name=f"Company {number}", name_key=f"company{number}", owner=chance.choice([*people, None])
        )
        for number in take_numbers("account", 3)
    ]
    for record in records:
        record.account = chance.choice([None, *accounts])
        record.owner = chance.choice([None, *people])
        record.source = chance.choice(["", "Web", "Partner", "Other"])
        record.amount = chance.choice([None, 100, 1000])
        values = {
            "region": chance.choice(["EMEA", "APAC", ""]),
            "employees": chance.choice([None, 5, 500]),
            "demo_requested": chance.choice([None, True, False]),
            "industry": chance.choice([None, "Banking", "Steel"]),
        }
        record.properties = {key: value for key, value in values.items() if value is not None}
        record.save()
    return records


def some_rules(chance: random.Random) -> list[dict[str, str]]:
    """A few rules as a document says them, before the seam's own catch-all."""
    rules = []
    for place in range(chance.randrange(0, 4)):
        target = chance.choice(["pool", "account_owner", "record_owner", "member"])
        rule = {"label": f"Rule {place}", "expression": chance.choice(EXPRESSIONS), "target": target}
        rule |= {"pool": "sales"} if target == "pool" else {}
        rule |= {"member": chance.choice(["rick@acme.example", "nobody@acme.example"])} if target == "member" else {}
        rules.append(rule)
    return [*rules, {"label": "Everybody else takes turns", "expression": "true", "target": "pool", "pool": "sales"}]


def here(at_members: list[Member]) -> dict[UUID, str]:
    away = set(TimeOff.objects.values_list("member_id", flat=True))
    people = Member.objects.filter(pk__in=[each.pk for each in at_members])
    return {each.pk: each.email for each in people if each.is_active and each.pk not in away}


def in_python(
    workspace: Workspace, seam: SeamTerms, records: list[Record], people: list[Member]
) -> dict[UUID, tuple[int | None, UUID | None, list[tuple[int, str, str]]]]:
    """Record → matched rule, chosen member of a pool or owner, rules tried; by the rules alone."""
    catalogue, present = blueprint_of(workspace).catalogue, here(people)
    times = dict(Rotation.objects.values_list("member_id", "virtual_time"))
    present_at = present_time(int(each) for each in times.values())
    seats = {}
    for seat in TeamSeat.objects.select_related("member").filter(team__function=Function.SALES):
        held = Handoff.objects.open().filter(assignee=seat.member).count()
        seats[seat.member_id] = Candidate(
            seat.member_id,
            seat.weight,
            int(times[seat.member_id]) if seat.member_id in times else None,
            held,
            seat.cap,
            seat.member.is_active,
            seat.member.is_active and seat.member_id not in present,
        )
    found: dict[UUID, tuple[int | None, UUID | None, list[tuple[int, str, str]]]] = {}
    waiting = []
    for record in sorted(records, key=lambda each: each.number):
        named = {
            rule.position: next((k for k, mail in present.items() if mail == rule.member), None)
            for rule in seam.routing
        }

        def reached(rule: RuleTerms, record: Record = record, named=named) -> UUID | None:  # type: ignore[no-untyped-def]
            owner = record.account.owner_id if record.account else None
            wanted = {"account_owner": owner, "record_owner": record.owner_id, "member": named[rule.position]}
            member_id = wanted.get(rule.target)
            return member_id if member_id in present else None

        rule, tried = route(
            seam.routing,
            catalogue,
            facts_of(record, record.workspace, MONDAY_10),
            MONDAY_10,
            reaches=lambda rule, reached=reached: rule.target == "pool" or reached(rule) is not None,  # type: ignore[misc]
        )
        shown = [(each.position, each.verdict.value, each.why) for each in tried]
        found[record.pk] = (rule.position if rule else None, reached(rule) if rule else None, shown)
        if rule and rule.target == "pool":
            waiting.append(record.pk)
    for record_id, turn in zip(waiting, turns(seats.values(), len(waiting), pool_time=present_at), strict=True):
        matched, _, shown = found[record_id]
        found[record_id] = (matched, turn.member_id if turn else None, shown)
    return found


@pytest.mark.parametrize("seed", range(25))
def test_the_same_rule_and_the_same_person_for_every_record(cast: Cast, seed: int) -> None:
    chance = random.Random(seed)
    with workspace_scope(cast.acme):
        people = populate(cast, chance)
        for most in (39, 39, 1):  # the second and third batch begin where the one before ended; one record comes alone
            seam = seam_with(cast.acme, routing=some_rules(chance))
            records = some_records(cast.acme, people, chance, most)
            expected = in_python(cast.acme, seam, records, people)
            offer_batch(cast.acme, seam, [each.pk for each in records], by=None, at=MONDAY_10)
            rows = Assignment.objects.select_related("handoff").filter(handoff__record__in=records)
            given = {each.handoff.record_id: each for each in rows}
            assert given.keys() == expected.keys()
            for record_id, (matched, chosen, shown) in expected.items():
                trace = given[record_id].trace
                assert trace["matched"] == matched
                assert [(each["position"], each["verdict"], each["why"]) for each in trace["rules"]] == shown
                if chosen is not None:
                    assert given[record_id].member_id == chosen
                else:
                    assert given[record_id].cause in ("fallback", "queue")
