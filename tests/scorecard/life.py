"""A small company to which things happen at random."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from blueprint.documents import blueprint_of
from core.history.actions import record as tell_history
from core.people.models import Team, TeamSeat
from core.tenancy.scope import workspace_scope
from handoffs.models import Clock, Handoff
from lifecycle.models import Record, StageStay, StayChange
from tests.cast import MONDAY_10, Cast
from tests.handoffs.factories import what_held

START = MONDAY_10 - timedelta(days=60)


class Life:
    """A small company to which things happen at random, in SQL and the ORM, past and present."""

    def __init__(self, cast: Cast, seed: int, number: int = 0) -> None:
        self.cast, self.dice, self.number = cast, random.Random(seed), number
        with workspace_scope(cast.acme):
            self.lifecycle = blueprint_of(cast.acme)
            self.seams = blueprint_of(cast.acme).seams[:3]  # those of leads, deals and expansions
        self.people = [cast.rick, cast.rosa, cast.cleo, cast.dana, None]

    def moment(self, after: datetime = START) -> datetime:
        return after + (MONDAY_10 - after) * self.dice.random()

    def any_of(self, rows: QuerySet[Any]) -> Any:
        """One of them, the same each time the test runs (ids are not the same each time); None of none."""
        order = ("record__number", "entered_at", "stage_id") if rows.model is StageStay else ("number",)
        found = list(rows.order_by(*order))
        return self.dice.choice(found) if found else None

    def record(self, kind: str = "") -> Record:
        kind = kind or self.dice.choice(["lead", "opportunity"])
        pipeline = self.lifecycle.pipeline_for(kind)
        self.number += 1
        opened = self.moment()
        lead = self.any_of(Record.objects.filter(kind="lead")) if kind == "opportunity" else None
        record = Record.objects.create(
            number=self.number,
            kind=kind,
            name=f"Record {self.number}",
            source=self.dice.choice(["Web", "Event", ""]),
            owner=self.dice.choice(self.people),
            pipeline_id=pipeline.id,
            stage_id=pipeline.first.id,
            opened_at=opened,
            entered_stage_at=opened,
            amount=self.dice.choice([None, Decimal("100.10"), Decimal("2500")]),
            origin=lead,
            properties={"region": self.dice.choice(["North", "South"])},
        )
        self.stay(record, pipeline.first.id, opened)
        return record

    def stay(self, record: Record, stage: UUID, at: datetime, former: StageStay | None = None) -> None:
        if former:
            left = {"left_owner_id": record.owner_id, "left_team_id": record.team_id}
            StageStay.objects.filter(pk=former.pk).update(exited_at=at, **left)
        StageStay.objects.create(
            record=record,
            pipeline_id=record.pipeline_id,
            stage_id=stage,
            from_stage_id=former.stage_id if former else None,
            entered_at=at,
            cause="advance",
            blueprint_version=1,
            **what_held(record),
        )
        Record.objects.filter(pk=record.pk).update(stage_id=stage, entered_stage_at=at)

    def move(self) -> None:
        stay = self.any_of(StageStay.objects.filter(exited_at=None).select_related("record"))
        if stay:
            stages = self.lifecycle.stages_by_id[stay.stage_id]
            pipeline = self.lifecycle.pipeline(stages.pipeline_key)
            self.stay(stay.record, self.dice.choice(pipeline.stages).id, self.moment(stay.entered_at), stay)

    def offer(self) -> None:
        record, seam = self.any_of(Record.objects.all()), self.dice.choice(self.seams)
        if record and not Handoff.objects.open().filter(record=record, seam_id=seam.id).exists():
            self.number += 1
            offered = self.moment()
            Handoff.objects.create(
                number=self.number,
                seam_id=seam.id,
                record=record,
                assignee=self.dice.choice(self.people[:3]),
                offered_at=offered,
                due_at=offered + timedelta(hours=self.dice.choice([4, 80])),
                touch_due_at=offered + timedelta(hours=8),
                blueprint_version=1,
            )

    def answer(self) -> None:
        handoff = self.any_of(Handoff.objects.open())
        if handoff:
            state = self.dice.choice(["accepted", "rejected", "recalled"])
            Handoff.objects.filter(pk=handoff.pk).update(state=state, answered_at=self.moment(handoff.offered_at))

    def touch(self) -> None:
        handoff = self.any_of(Handoff.objects.filter(first_touched_at=None))
        if handoff:
            Handoff.objects.filter(pk=handoff.pk).update(first_touched_at=self.moment(handoff.offered_at))

    def breach(self) -> None:
        handoff = self.any_of(Handoff.objects.open().filter(due_at__lt=MONDAY_10))
        if handoff:
            Handoff.objects.filter(pk=handoff.pk).update(breached_at=handoff.due_at)
            missed = {"member_id": handoff.assignee_id, "started_at": handoff.offered_at, "due_at": handoff.due_at}
            missed |= {"breached_at": handoff.due_at, "state": "breached", "offered_at": handoff.offered_at}
            Clock.objects.get_or_create(handoff=handoff, kind="answer", defaults=missed)

    def correct(self) -> None:
        record = self.any_of(Record.objects.all())
        if record:
            change: dict[str, object] = self.dice.choice(
                [{"amount": 77}, {"owner": self.cast.rosa}, {"source": "Partner"}, {"properties": {"region": "East"}}]
            )
            Record.objects.filter(pk=record.pk).update(**change)
            stay = StageStay.objects.select_related("stage").get(record=record, exited_at=None)
            if "amount" in change and stay.stage.category in ("won", "lost"):
                StageStay.objects.filter(pk=stay.pk).update(amount=change["amount"])
            if "owner" in change:
                hand = {"owner_before": record.owner_id, "owner_after": self.cast.rosa.pk}
                StayChange.objects.create(record=record, stay_id=stay.pk, at=MONDAY_10, **hand)

    def reseat(self) -> None:
        if self.dice.random() < 0.2:
            Team.objects.filter(key="sales").update(region=self.dice.choice(["EMEA", "US"]))
        elif self.dice.random() < 0.2:
            TeamSeat.objects.filter(member=self.cast.rosa).delete()

    def unlive(self) -> None:
        stay = self.any_of(StageStay.objects.filter(exited_at__isnull=False))
        if stay and self.dice.random() < 0.5:
            tell_history("record.history_corrected", stay.record, at=MONDAY_10, record_id=stay.record_id)
            stay.delete()

    def go_on(self, times: int) -> None:
        deeds: list[Callable[[], object]] = [
            *(self.record, self.record, self.move, self.move, self.move, self.offer, self.offer, self.answer),
            *(self.touch, self.breach, self.correct, self.reseat, self.unlive),
        ]
        for _ in range(times):
            self.dice.choice(deeds)()
