"""Measures reckoned a second time, row by row in Python, from the history alone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from blueprint.documents import blueprint_of
from core.businesstime import minutes_between
from core.people.models import Workspace
from handoffs.models import Handoff, Task
from lifecycle.models import Activity, Record, StageStay
from tests.cast import MONDAY_10


class Oracle:
    """The same figures from all rows, one by one."""

    def __init__(self, workspace: Workspace, first: date, last: date) -> None:
        self.zone, self.first, self.last = ZoneInfo(workspace.time_zone), first, last
        self.calendar = blueprint_of(workspace).calendars[0].hours
        self.handoffs = list(Handoff.objects.select_related("record", "seam", "reason"))
        self.stays = list(StageStay.objects.select_related("record", "pipeline", "stage"))

    def on(self, at: datetime | None) -> bool:
        return at is not None and self.first <= at.astimezone(self.zone).date() <= self.last

    def whole(self, length: timedelta, unit: timedelta) -> int:
        return length // unit

    def created(self) -> Decimal:
        return Decimal(sum(self.on(each.created_at) for each in Record.objects.all()))

    def rejected(self) -> Decimal:
        found = (each for each in self.handoffs if each.state == "rejected" and each.reason is None)
        return Decimal(sum(self.on(each.answered_at) for each in found))

    def entered(self) -> Decimal:
        found = (each for each in self.stays if each.pipeline.key == "sales" and self.on(each.entered_at))
        return sum((each.amount or Decimal(0) for each in found), Decimal(0))

    def mean_amount(self) -> Decimal | None:
        found = [each.amount for each in Record.objects.exclude(amount=None) if self.on(each.opened_at)]
        return sum(found, Decimal(0)) / len(found) if found else None

    def late_share(self) -> Decimal | None:
        at_seam = [h for h in self.handoffs if h.seam.key == "marketing_to_sales" and self.on(h.offered_at)]
        late = [h for h in at_seam if h.breached_at is not None and h.record.source == "Web"]
        return Decimal(len(late)) / len(at_seam) if at_seam else None

    def stay_days(self) -> Decimal | None:
        ended = [(each.entered_at, each.exited_at) for each in self.stays if self.on(each.exited_at)]
        return middle([self.whole(end - start, timedelta(days=1)) for start, end in ended if end])

    def answer_minutes(self) -> Decimal | None:
        answered = [h for h in self.handoffs if self.on(h.offered_at) and h.answered_at]
        lengths = sorted(self.whole(h.answered_at - h.offered_at, timedelta(minutes=1)) for h in answered)
        return Decimal(lengths[-(-len(lengths) * 9 // 10) - 1]) if lengths else None

    def answer_working(self) -> Decimal | None:
        answered = [(h.offered_at, h.answered_at) for h in self.handoffs if self.on(h.answered_at)]
        hours = [int(minutes_between(self.calendar, start, end) // 60) for start, end in answered if end]
        return Decimal(sum(hours)) / len(hours) if hours else None

    def oldest(self) -> Decimal | None:
        waiting = [h for h in self.handoffs if not h.answered_at and self.on(h.offered_at)]
        ages = [self.whole(MONDAY_10 - h.offered_at, timedelta(days=1)) for h in waiting]
        return Decimal(max(ages)) if ages else None

    def handed_on(self) -> Decimal:
        return Decimal(sum(h.clock_run - 1 for h in self.handoffs if self.on(h.due_at)))

    def soon(self) -> Decimal | None:
        """First entry into the pipeline, first SQL from then on, both by record."""
        paths: dict[Any, list[tuple[datetime, str]]] = {}
        for stay in sorted(self.stays, key=lambda each: each.entered_at):
            if stay.pipeline.key == "lifecycle":
                paths.setdefault(stay.record_id, []).append((stay.entered_at, stay.stage.key))
        window, verdicts = timedelta(days=10), []
        for path in paths.values():
            start = path[0][0]
            if self.on(start) and start + window <= MONDAY_10:
                reached = (at for at, stage in path if stage == "sql")
                verdicts.append(next((at <= start + window for at in reached), False))
        return Decimal(sum(verdicts)) / len(verdicts) if verdicts else None

    def calls(self) -> Decimal:
        return Decimal(sum(self.on(each.at) for each in Activity.objects.filter(kind="call")))

    def task_days(self) -> Decimal | None:
        done = [each for each in Task.objects.exclude(done_at=None) if self.on(each.done_at)]
        return Decimal(max(self.whole(t.done_at - t.created_at, timedelta(days=1)) for t in done)) if done else None


def middle(lengths: list[int]) -> Decimal | None:
    ordered, half = sorted(lengths), len(lengths) // 2
    if not ordered:
        return None
    return Decimal(ordered[half] + ordered[~half]) / 2
