"""Companies made up by dice, as rows not yet written: a workspace holds many, told apart by a property."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db import connection

from blueprint.schema import Blueprint, StageTerms
from core.history.models import Event
from core.people.models import Member, PastSeat, Team, TeamSeat
from handoffs.models import Assignment, Clock, Escalation, Handoff, ReasonCode, Task
from lifecycle.models import Activity, Record, StageStay, StayChange
from scorecard.models import ExchangeRate, SourceCost
from tests.cast import MONDAY_10

START = MONDAY_10 - timedelta(days=150)  # summer time ends within
MODELS = (Record, StageStay, StayChange, Handoff, Assignment, Clock, Escalation, Task, Activity, Event)
SOURCES, CURRENCIES = ["Web", "web", "Event", "Partner", "Cold call", ""], ["", "EUR", "USD", "JPY", "XAU"]
AMOUNTS = [None, Decimal("100.10"), Decimal("2500"), Decimal("0"), Decimal("33333.33"), Decimal("7.77")]


@dataclass
class People:
    """Who works in the workspace, and where they sat."""

    members: list[Member]
    teams: list[Team]
    seats: list[TeamSeat]
    past: list[PastSeat]
    reasons: list[ReasonCode]

    @classmethod
    def moving(cls, dice: random.Random) -> People:
        """Some change seats, and a team changes its region and manager."""
        members, teams = list(Member.objects.order_by("name")), list(Team.objects.order_by("key"))
        for team in teams:
            team.region, team.manager = dice.choice(["EMEA", "US", ""]), dice.choice([None, *members])
            team.save()
        TeamSeat.objects.all().delete()
        PastSeat.objects.all().delete()
        seats, past = [], []
        for member in members[1:]:  # the first sits nowhere
            moved = day_within(dice)
            seats.append(TeamSeat(team=dice.choice(teams), member=member, since=dice.choice([None, moved])))
            if seats[-1].since:
                manager = dice.choice([None, *members])
                former = {"team": dice.choice(teams), "region": dice.choice(["APAC", ""]), "manager": manager}
                past.append(PastSeat(member=member, until=moved, since=None, **former))
        second = next(team for team in teams if team != seats[0].team)
        seats.append(TeamSeat(team=second, member=seats[0].member, since=seats[0].since))
        TeamSeat.objects.bulk_create(seats)
        PastSeat.objects.bulk_create(past)
        return cls(members, teams, seats, past, list(ReasonCode.objects.filter(purpose="reject").order_by("key")))


def day_within(dice: random.Random) -> datetime:
    return START + timedelta(days=dice.randrange(1, 150), hours=dice.randrange(24))


def rates(dice: random.Random, reporting: str) -> list[ExchangeRate]:
    """Of two currencies, from some days on; of the others none."""
    found = []
    for currency in {"EUR", "USD", "JPY"} - {reporting}:
        for day in sorted({day_within(dice).date() for _ in range(3)}):
            rate = Decimal(dice.randrange(1, 2_000_000)) / 1_000_000
            found.append(ExchangeRate(to_currency=reporting, currency=currency, day=day, rate=rate))
    return found


def spendings(dice: random.Random) -> list[SourceCost]:
    """Of some sources in some months, in any currency."""
    months = [date(2025, 10, 1), date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]
    amounts = [Decimal(0), Decimal("100.01"), Decimal(2500), Decimal("33333.33")]
    found = [
        SourceCost(source=source, month=month, amount=dice.choice(amounts), currency=dice.choice(CURRENCIES[1:]))
        for source in SOURCES[:4]
        for month in months
        if dice.random() < 0.6
    ]
    return SourceCost.objects.bulk_create(found)


def urgent(dice: random.Random, people: People) -> list[Event]:
    """Emergencies, and something else that is about no record."""
    found = []
    for place in range(dice.randrange(2, 9)):
        kind = "change.glass_broken" if place else "change.published"
        actor, about = dice.choice([None, *people.members]), {"subject_kind": "changerequest", "subject_id": uuid4()}
        found.append(Event(kind=kind, actor=actor, at=day_within(dice), facts={"number": place}, **about))
    Event.objects.bulk_create(found)
    return found[1:]


@dataclass
class Company:
    """One company's rows."""

    key: str
    dice: random.Random
    blueprint: Blueprint
    people: People
    first_number: int
    rows: dict[type[Any], list[Any]] = field(default_factory=lambda: {model: [] for model in MODELS})

    def add(self, row: Any) -> Any:
        self.rows[type(row)].append(row)
        return row

    def number(self) -> int:
        self.first_number += 1
        return self.first_number

    def moment(self, after: datetime = START) -> datetime:
        """Any, or a midnight of UTC, as files tell it; never in the future."""
        at = after + (MONDAY_10 - after) * self.dice.random()
        midnight = datetime.combine(at.date(), time(), at.tzinfo)
        return midnight if self.dice.random() < 0.3 and midnight >= after else at

    def live(self) -> Company:
        for kind in ["lead"] * self.dice.randrange(1, 4) + ["opportunity"] * self.dice.randrange(1, 5):
            self.record(kind)
        records = self.rows[Record]
        for record in records:
            for seam in self.blueprint.seams:
                at = self.moment(record.opened_at)
                for _ in range(self.dice.choice([0, 0, 0, 1, 1, 2])):
                    at = self.handoff(record, seam.id, at)
        for _ in range(self.dice.randrange(4)):
            self.around(self.dice.choice(records))
        return self

    def record(self, kind: str) -> None:
        pipeline = self.blueprint.pipeline_for(kind)
        leads = [each for each in self.rows[Record] if each.kind == "lead"]
        opened = self.moment()
        record = self.add(
            Record(
                number=self.number(),
                kind=kind,
                name=f"{kind} of {self.key}",
                source=self.dice.choice(SOURCES),
                owner=self.dice.choice([None, *self.people.members]),
                team=self.dice.choice([None, *self.people.teams]),
                pipeline_id=pipeline.id,
                opened_at=opened,
                created_at=self.dice.choice([opened, opened, self.moment(opened)]),
                amount=self.dice.choice(AMOUNTS),
                currency=self.dice.choice(CURRENCIES),
                mrr=self.dice.choice(AMOUNTS),
                closes_on=self.dice.choice([None, day_within(self.dice).date()]),
                origin=self.dice.choice([None, *leads]) if kind == "opportunity" else None,
                properties={"company": self.key, "region": self.dice.choice(["North", ""])},
            )
        )
        self.walk(record, list(pipeline.stages), opened)

    def walk(self, record: Record, stages: list[StageTerms], at: datetime) -> None:
        """Through some stages, there and back; a stay may end at the moment it began."""
        former: StageStay | None = None
        closing = [stage for stage in stages if not stage.is_open]
        stage = self.dice.choice([stages[0], stages[0], self.dice.choice(stages)])
        was_at_once = False  # two stays that end as they begin, one after the other, have no order
        for _ in range(self.dice.randrange(1, 7)):
            if former:
                began = at
                at = at if self.dice.random() < 0.15 else self.moment(at)
                while was_at_once and at == began:
                    at = self.moment(at)
                was_at_once = at == began
                former.exited_at = at
                former.left_owner_id, former.left_team_id = record.owner_id, record.team_id
                self.change_hands(record, former, at)
            former = self.stay(record, stage, at, former)
            others = [each for each in (closing if self.dice.random() < 0.4 else stages) if each is not stage]
            stage = self.dice.choice(others)
        assert former
        record.stage_id, record.entered_stage_at = former.stage_id, at
        self.change_hands(record, former, MONDAY_10)
        record.source = self.dice.choice([record.source, *SOURCES])
        record.amount = self.dice.choice([record.amount, *AMOUNTS])

    def stay(self, record: Record, stage: StageTerms, at: datetime, former: StageStay | None) -> StageStay:
        cause = self.dice.choice(["advance", "override", "history"]) if former else "intake"
        held = {"owner_id": record.owner_id, "team_id": record.team_id, "source": record.source}
        stay = StageStay(
            id=uuid4(),
            record=record,
            pipeline_id=record.pipeline_id,
            stage_id=stage.id,
            from_stage_id=former.stage_id if former else None,
            entered_at=at,
            cause=cause,
            blueprint_version=1,
            amount=record.amount,
            currency=record.currency,
            **held,
        )
        return self.add(stay)

    def change_hands(self, record: Record, stay: StageStay, end: datetime) -> None:
        """Perhaps: within the stay, or with its end; what it is worth changes then as well."""
        if self.dice.random() < 0.4:
            at = stay.entered_at + (end - stay.entered_at) * self.dice.random()
            before = {"owner_before": record.owner_id, "team_before": record.team_id}
            record.owner = self.dice.choice([None, *self.people.members])
            record.team = self.dice.choice([None, *self.people.teams])
            after = {"owner_after": record.owner_id, "team_after": record.team_id}
            self.add(StayChange(record=record, stay_id=stay.id, at=at, **before, **after))
            stay.left_owner_id, stay.left_team_id = record.owner_id, record.team_id
        if self.dice.random() < 0.4:
            record.amount, record.currency = self.dice.choice(AMOUNTS), self.dice.choice(CURRENCIES)

    def handoff(self, record: Record, seam: Any, at: datetime) -> datetime:
        state = self.dice.choice(["accepted", "rejected", "recalled", "offered", "accepted"])
        if any((h.record_id, h.seam_id, h.state) == (record.pk, seam, "offered") for h in self.rows[Handoff]):
            return at
        due = at + timedelta(hours=self.dice.choice([4, 80, 400]))
        answered = None if state == "offered" else min(MONDAY_10, at + self.length())
        touched = self.dice.choice([None, min(MONDAY_10, at + self.length())])
        is_late = (answered or MONDAY_10) > due
        reason = self.dice.choice([None, *self.people.reasons]) if state == "rejected" else None
        handoff = self.add(
            Handoff(
                number=self.number(),
                seam_id=seam,
                record=record,
                state=state,
                assignee=self.dice.choice(self.people.members),
                offered_at=at,
                due_at=due,
                touch_due_at=self.dice.choice([None, at + timedelta(hours=8)]),
                answered_at=answered,
                first_touched_at=touched,
                breached_at=due if is_late and self.dice.random() < 0.8 else None,
                clock_run=self.dice.randrange(1, 4),
                reason=reason,
                blueprint_version=1,
            )
        )
        given = {"member": handoff.assignee, "at": at, "ended_at": answered, "missed": is_late}
        self.add(Assignment(handoff=handoff, cause="routed", **given))
        if handoff.breached_at:
            let = self.dice.choice([None, *(member.pk for member in self.people.members)])
            times = {"started_at": at, "due_at": due, "breached_at": due, "state": "breached", "stopped_at": answered}
            times["offered_at"] = at
            self.add(Clock(handoff=handoff, kind="answer", member_id=let, **times))
        if is_late:
            taken = {"due_at": due, "taken_at": due + self.length(), "from_member": handoff.assignee}
            self.add(Escalation(handoff=handoff, step=0, clock_run=1, action="warn", **taken))
        return min(MONDAY_10, at + self.length())

    def length(self) -> timedelta:
        return timedelta(minutes=self.dice.choice([0, 1, 59, 240, 2_879, 2_880, 20_160, 20_161, 43_000]))

    def around(self, record: Record) -> None:
        """An activity, a task and a question about the record."""
        made, member = self.moment(record.opened_at), self.dice.choice([None, *self.people.members])
        kind = self.dice.choice(["call", "email"])
        self.add(Activity(record=record, member=member, kind=kind, at=made, is_qualifying=False))
        done = self.dice.choice([None, self.moment(made)])
        known = {"kind": "follow_up", "title": "Call", "record": record, "assignee": member}
        self.add(Task(number=self.number(), created_at=made, done_at=done, due_at=self.moment(made), **known))
        subject = {"subject_kind": "record", "subject_id": record.pk, "record_id": record.pk}
        self.add(Event(kind="routing.asked", actor=member, at=made, **subject))


def written(companies: list[Company]) -> None:
    """All rows of the companies, model by model: each in one statement, which costs a fifth of `bulk_create`."""
    for model in MODELS:
        table, fields = model._meta.db_table, model._meta.concrete_fields
        names = ", ".join(f'"{field.column}"' for field in fields)
        pairs = [(field.column, field.attname) for field in fields]
        rows = [
            {column: getattr(row, name) for column, name in pairs} for each in companies for row in each.rows[model]
        ]
        with connection.cursor() as cursor:
            cursor.execute(
                f"insert into {table} ({names}) select {names} from jsonb_populate_recordset(null::{table}, %s)",
                [json.dumps(rows, default=str)],
            )


def days_of_history() -> tuple[date, date]:
    return START.date() - timedelta(days=1), MONDAY_10.date()
