"""Routing in SQL gives every record to whom the rules in Python would: the licence to have both."""

import itertools
import random
from collections import Counter, defaultdict
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db.models import Sum

from blueprint.documents import blueprint_of, document
from blueprint.expressions.criteria import judge
from blueprint.schema import RuleTerms, SeamTerms
from blueprint.schema.vocabularies import PoolStrategy
from core.people.functions import Function
from core.people.models import Member, Team, TeamSeat, TimeOff, Workspace
from core.tenancy.numbers import take_numbers
from core.tenancy.scope import workspace_scope
from handoffs.actions.answering import recall
from handoffs.actions.offer_batch import offer_batch
from handoffs.actions.reassigning import reassign
from handoffs.models import Assignment, Clock, Handoff, KeptHours, OwnHours, Rotation, TurnMove
from handoffs.rules.allowed import allowed, met_line
from handoffs.rules.routing import MOST_CREDIT, Candidate, present_time, turns
from handoffs.rules.sla import start
from lifecycle.facts import facts_of
from lifecycle.models import Account, AccountOwner, Record
from tests.cast import MONDAY_10, Cast
from tests.governance.test_rescoring import published
from tests.handoffs.factories import make_records, seam_with
from tests.handoffs.oracle import MatchedOwner, owner_of, route

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
    """People with random weights, caps, absences, in one or two of three teams: two of the receiving side, one not."""
    teams = [Team.objects.get(key="sales"), Team.objects.get(function=Function.CUSTOMER_SUCCESS)]
    teams += [Team.objects.create(key="sales-emea", name="EMEA", function=Function.SALES, region="EMEA")]
    people = [cast.rick, cast.rosa]
    people += [
        Member.objects.create(name=f"Seller {n}", email=f"s{n}@acme.example") for n in range(chance.randrange(6))
    ]
    TeamSeat.objects.all().delete()
    for each in people:
        for team in chance.sample(teams, chance.choice([1, 1, 2])):
            weight, cap = chance.choice([1, 1, 2, 3, 7, 50]), chance.choice([None, None, 0, 1, 5, 9])
            TeamSeat.objects.create(team=team, member=each, weight=weight, cap=cap)
        if chance.random() < 0.2:
            TimeOff.objects.create(member=each, starts_at=MONDAY_10, ends_at=MONDAY_10 + timedelta(hours=1))
        if chance.random() < 0.1:
            Member.objects.filter(pk=each.pk).update(is_active=False)
    return people


def some_records(workspace: Workspace, people: list[Member], chance: random.Random, most: int) -> list[Record]:
    records = make_records(workspace, chance.randint(1, most))
    accounts = [
        Account.objects.create(
            number=number, name=f"Company {number}", name_key=f"company{number}", owner=chance.choice([*people, None]),
            domain=chance.choice(["", "one.example", "two.example"]),
        )
        for number in take_numbers("account", 4)
    ]  # fmt: skip
    for below, above in itertools.pairwise(accounts):
        below.parent = chance.choice([None, above])
        below.save()
        for side in chance.sample(["sales", "customer_success"], chance.randrange(3)):
            given = {"member": chance.choice(people), "is_named": chance.random() < 0.5, "since": MONDAY_10}
            AccountOwner.objects.create(account=below, function=side, cause="hand", **given)
    for record in records:
        record.account = chance.choice([None, *accounts])
        record.owner = chance.choice([None, *people])
        record.domain = chance.choice(["", "", "one.example", "two.example", "three.example"])
        record.source = chance.choice(["", "Web", "Partner", "Other"])
        record.amount = chance.choice([None, 100, 1000])
        record.score = chance.choice([0, 10, 50])
        values = {
            "region": chance.choice(["EMEA", "APAC", ""]),
            "employees": chance.choice([None, 5, 500]),
            "demo_requested": chance.choice([None, True, False]),
            "industry": chance.choice([None, "Banking", "Steel"]),
        }
        record.properties = {key: value for key, value in values.items() if value is not None}
        record.save()
    return records


def some_pools(workspace: Workspace, chance: random.Random) -> list[dict[str, Any]]:
    """The pools of the document, each asked in some order."""
    first = {"first": "rick@acme.example"}
    return [
        {**pool, **first, "strategy": chance.choice(list(PoolStrategy.values)), "best_first": chance.random() < 0.5}
        for pool in document(workspace.pk, workspace.blueprint_version)["pools"]
    ]


def some_rules(chance: random.Random) -> list[dict[str, str]]:
    """A few rules as a document says them, before the seam's own catch-all."""
    rules = []
    for place in range(chance.randrange(0, 4)):
        target = chance.choice(["pool", "named_account", "account_owner", "record_owner", "member"])
        rule = {"label": f"Rule {place}", "expression": chance.choice(EXPRESSIONS), "target": target}
        rule |= {"pool": chance.choice(["sales", "customer_success"])} if target == "pool" else {}
        rule |= {"member": chance.choice(["rick@acme.example", "nobody@acme.example"])} if target == "member" else {}
        rules.append(rule)
    return [*rules, {"label": "Everybody else takes turns", "expression": "true", "target": "pool", "pool": "sales"}]


def some_lines(chance: random.Random) -> list[dict[str, Any]]:
    """A few SLA lines, some of them for what the catch-all takes alone, some by the clock on the wall."""
    return [
        {
            "label": f"Line {place}",
            "expression": chance.choice(EXPRESSIONS),
            "catch_all_only": chance.random() < 0.3,
            "answer_minutes": chance.choice([15, 30, 1_440]),
            "touch_minutes": chance.choice([60, 480]),
            "wall_time": chance.random() < 0.5,
        }
        for place in range(chance.randrange(0, 4))
    ]


def own_hours(people: list[Member], chance: random.Random) -> None:
    """Some people and teams have hours of their own."""
    for whose in (*people, *Team.objects.order_by("key")):
        if chance.random() < 0.4:
            zone, day = chance.choice(["Asia/Tokyo", "America/New_York"]), chance.choice(["22:00-06:00", "07:00-12:00"])
            weekly = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), [day])
            hours = KeptHours.objects.create(terms={"time_zone": zone, "weekly": weekly})
            which = "member" if isinstance(whose, Member) else "team"
            OwnHours.objects.update_or_create(**{which: whose}, defaults={"hours": hours, "changed_at": MONDAY_10})


def assert_times(seam: SeamTerms, workspace: Workspace, handoffs: list[Handoff]) -> None:
    """Each is due by the line that Python finds, in the hours of who has it, of the team, else of the seam."""
    own = {each.member_id or each.team_id: each.hours_id for each in OwnHours.objects.all()}
    clocks = dict(Clock.objects.filter(kind="answer").values_list("handoff_id", "hours_id"))
    last = seam.routing[-1].position
    for handoff in handoffs:
        facts = facts_of(handoff.record, workspace, MONDAY_10)
        catalogue = blueprint_of(workspace).catalogue
        met = [told.verdict == "met" for told in judge(catalogue, seam.sla, facts, MONDAY_10)]
        matched = handoff.assignments.get().trace["matched"]
        line = met_line(seam.sla, met, is_by_catch_all=matched in (None, last))
        hours_id = own.get(handoff.assignee_id, own.get(handoff.team_id))
        times = start(allowed(seam, line.key if line else "", KeptHours.hours_of(hours_id)), handoff.offered_at)
        told = (handoff.sla_line, handoff.hours_id, handoff.due_at, handoff.touch_due_at)
        assert told == (line.key if line else "", hours_id, times.due_at, times.touch_due_at)
        assert clocks[handoff.pk] == hours_id


def here(at_members: list[Member]) -> dict[UUID, str]:
    away = set(TimeOff.objects.values_list("member_id", flat=True))
    people = Member.objects.filter(pk__in=[each.pk for each in at_members])
    return {each.pk: each.email for each in people if each.is_active and each.pk not in away}


class Company:
    """Who sits where, whose turn it is and how much each has, as the rules in Python change it record by record."""

    def __init__(self, workspace: Workspace, people: list[Member]) -> None:
        self.pools = {pool.key: pool for pool in blueprint_of(workspace).pools}
        self.present = here(people)
        self.named = {email: member_id for member_id, email in self.present.items()}
        self.leads = set(Team.objects.exclude(manager=None).values_list("function", "manager"))
        self.active = set(Member.objects.filter(is_active=True).values_list("pk", flat=True))
        self.open = Counter(Handoff.objects.open().values_list("assignee_id", flat=True))
        rotation = list(Rotation.objects.select_related("pool"))
        self.times = {(each.pool.key, each.member_id): int(each.virtual_time) for each in rotation}
        self.credits = Counter({(each.pool.key, each.member_id): int(each.credit) for each in rotation})
        last_turns = [
            (each.pool.key, each.virtual_time if each.last_turn is None else each.last_turn) for each in rotation
        ]
        self.seats = defaultdict[str, dict[UUID, list[TeamSeat]]](lambda: defaultdict(list))
        for seat in TeamSeat.objects.select_related("team"):
            self.seats[seat.team.function][seat.member_id].append(seat)
        self.pool_times = {
            key: present_time(int(time) for pool, time in last_turns if pool == key) for key in self.pools
        }
        for pool, seats in self.seats.items():  # who is new begins at the pool's present time
            self.times |= {(pool, each): self.pool_times[pool] for each in seats if (pool, each) not in self.times}

    def settle(self, pools: set[str]) -> None:
        """Count what waits to be counted in these pools: gifts as turns, turns given back."""
        waiting = TurnMove.objects.filter(is_settled=False, pool__key__in=pools).values_list("pool__key", "member_id")
        for pool, member_id, amount in waiting.annotate(Sum("turns")):
            if seats := self.seats[pool].get(member_id):
                key, step = (pool, member_id), Candidate(member_id, max(seat.weight for seat in seats)).step
                floor = self.pool_times[pool] - step - self.credits[key]
                self.times[key] = max(self.times[key], floor) + amount * step
                self.credits[key] = min(max(0, self.credits[key] - amount * step), MOST_CREDIT * step)

    def cap(self, function: str, member_id: UUID) -> int | None:
        caps = [seat.cap for seat in self.seats[function].get(member_id, ())]
        return None if None in caps else max((cap for cap in caps if cap is not None), default=None)

    def state_of(self, rule: RuleTerms, record: Record, function: str) -> str:
        """How whom the rule reaches stands; a pool is always reached."""
        if rule.target == "pool":
            return "available"
        member_id = self.chosen_by(rule, record, function)
        if rule.target == "named_account" and member_id and not self.owner_of(record, function).is_named:
            return "not named"
        if member_id is None or (rule.target == "member" and member_id not in self.present):
            return "nobody"
        if member_id not in self.present:
            return "away"
        if rule.target != "member" and not self.is_of_side(member_id, function):
            return "other side"
        cap = self.cap(function, member_id)
        return "full" if cap is not None and self.open[member_id] >= cap else "available"

    def is_of_side(self, member_id: UUID, function: str) -> bool:
        """Whether they sit in a team of the side, or lead one."""
        return bool(self.seats[function].get(member_id)) or (function, member_id) in self.leads

    def owner_of(self, record: Record, function: str) -> MatchedOwner:
        """Who owns the record's company on that side."""
        found = owner_of(record, function, lambda member_id: self.is_of_side(member_id, function))
        return found or MatchedOwner(None)

    def chosen_by(self, rule: RuleTerms, record: Record, function: str) -> UUID | None:
        """Whom the rule would reach without a turn."""
        if rule.target in ("named_account", "account_owner"):
            return self.owner_of(record, function).member_id
        return record.owner_id if rule.target == "record_owner" else self.named.get(rule.member)

    def key_of(self, pool: str, member_id: UUID, weight: int) -> tuple[int, int]:
        """Who is next before it is a question of turns."""
        first = -1 if member_id == self.named.get(self.pools[pool].first) else 0
        keys = {"smooth": (0, 0), "fewest_open": (self.open[member_id], 1), "heaviest": (-weight, 0)}
        return {**keys, "named": (first, 0)}[self.pools[pool].strategy]

    def turn_of(self, pool: str) -> UUID | None:
        """Whose turn it is; the pool stands after it."""
        candidates = [
            Candidate(
                member_id,
                max(seat.weight for seat in seats),
                self.times[pool, member_id],
                self.open[member_id],
                self.cap(pool, member_id),
                member_id in self.active,
                member_id not in self.present,
                self.credits[pool, member_id],
                *self.key_of(pool, member_id, max(seat.weight for seat in seats)),
            )
            for member_id, seats in self.seats[pool].items()
        ]
        [turn] = turns(candidates, 1, pool_time=self.pool_times[pool])
        if turn is None:
            return None
        self.times[pool, turn.member_id] = turn.virtual_time
        self.credits[pool, turn.member_id] = max(0, self.credits[pool, turn.member_id] - turn.step)
        self.pool_times[pool] = max(self.pool_times[pool], turn.virtual_time)
        return turn.member_id


def in_python(
    workspace: Workspace, seam: SeamTerms, records: list[Record], people: list[Member]
) -> dict[UUID, tuple[int | None, UUID | None, list[tuple[int, str, str]]]]:
    """Record → matched rule, chosen member of a pool or owner, rules tried; by the rules alone, one by one."""
    catalogue, company = blueprint_of(workspace).catalogue, Company(workspace, people)
    company.settle({"sales", *(rule.pool for rule in seam.routing)})
    found: dict[UUID, tuple[int | None, UUID | None, list[tuple[int, str, str]]]] = {}
    is_best_first = any(company.pools[rule.pool].best_first for rule in seam.routing if rule.pool)
    for record in sorted(records, key=lambda each: (is_best_first and -each.score, each.number)):
        rule, tried = route(
            seam.routing,
            catalogue,
            facts_of(record, record.workspace, MONDAY_10),
            MONDAY_10,
            state_of=lambda rule, record=record: company.state_of(rule, record, seam.to_function),  # type: ignore[misc]
        )
        assert rule is not None  # the last one catches all
        chosen = (
            company.turn_of(rule.pool) if rule.target == "pool" else company.chosen_by(rule, record, seam.to_function)
        )
        company.open[chosen] += 1
        shown = [(each.position, each.verdict.value, each.why) for each in tried]
        found[record.pk] = (rule.position, chosen, shown)
    return found


def give_up(cast: Cast, assignments: list[Assignment], chance: random.Random) -> None:
    """Some are recalled, others given to somebody else by hand."""
    sellers = list(Member.objects.filter(pk__in=[cast.rick.pk, cast.rosa.pk], is_active=True))
    for each in assignments:
        others = [seller for seller in sellers if seller.pk != each.member_id]
        if others and chance.random() < 0.5:
            reassign(each.handoff, chance.choice(others), by=cast.ada, at=MONDAY_10)
        else:
            recall(each.handoff, by=cast.ada, at=MONDAY_10)


@pytest.mark.parametrize("seed", range(25))
def test_the_same_rule_and_the_same_person_for_every_record(cast: Cast, seed: int) -> None:
    chance = random.Random(seed)
    with workspace_scope(cast.acme):
        people, workspace = populate(cast, chance), cast.acme
        if seed % 12 == 0:  # other orders than turns
            workspace = published(cast, [(["pools"], some_pools(workspace, chance))])
        for most in (39, 39, 1):  # the second and third batch begin where the one before ended; one record comes alone
            own_hours(people, chance)
            seam = seam_with(workspace, routing=some_rules(chance), sla=some_lines(chance))
            records = some_records(workspace, people, chance, most)
            expected = in_python(workspace, seam, records, people)
            offer_batch(workspace, seam, [each.pk for each in records], by=None, at=MONDAY_10)
            rows = Assignment.objects.select_related("handoff__record").filter(handoff__record__in=records)
            assert_times(seam, workspace, [each.handoff for each in rows])
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
            give_up(cast, chance.sample(list(rows), min(len(rows), 3)), chance)
