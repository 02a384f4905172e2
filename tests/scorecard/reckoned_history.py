"""One company as it was told, for the second reckoning: its stays, whose they were, and money by the rates."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from blueprint.schema import Blueprint
from lifecycle.models import Record, StageStay, StayChange
from scorecard.models import ExchangeRate
from tests.scorecard.companies import Company

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
CENT = Decimal("0.01")
Rows = list[Any]


@dataclass(frozen=True)
class Held:
    """Whose something counts as, where it came from and what it was worth."""

    owner: UUID | None
    team: UUID | None
    source: str
    currency: str


@dataclass(frozen=True, kw_only=True)
class Counted:
    """One thing that counts on a day. `held` is None where it is looked up by the day; `ended` is after the last day
    on which it was open, for what is open from its day on."""

    record: Record | None
    day: date
    numerator: Decimal | int = 0
    denominator: Decimal | int = 0
    aside: Decimal | int = 0
    amounts: int = 0
    unconverted: int = 0
    measure: int | None = None
    held: Held | None = None
    member: UUID | None = None
    stage: UUID | None = None
    cause: str = ""
    is_open: bool = False
    ended: date | None = None
    entered: date | None = None
    seated: date | None = None
    """The day that says where they sat, where it is another one: when they took it."""


@dataclass
class History:
    """One company as it was told, seen at a moment in a time zone."""

    company: Company
    blueprint: Blueprint
    zone: ZoneInfo
    at: datetime
    own_currency: str
    rates: list[ExchangeRate]

    def __post_init__(self) -> None:
        self.records: list[Record] = self.company.rows[Record]
        self.changes: dict[UUID, list[StayChange]] = {}
        for change in self.company.rows[StayChange]:
            self.changes.setdefault(change.stay_id, []).append(change)
        self.paths: dict[UUID, list[StageStay]] = {record.pk: [] for record in self.records}
        for stay in self.company.rows[StageStay]:
            self.paths[stay.record_id].append(stay)
        self.rate_days = sorted(self.rates, key=lambda rate: rate.day)
        self.stages_of: dict[str, set[UUID]] = {}

    def seen(self, zone: ZoneInfo) -> History:
        """The same in another time zone."""
        found = copy(self)
        found.zone = zone
        return found

    def shown(self, at: datetime) -> datetime:
        """What the clock on the wall shows."""
        return at.astimezone(self.zone).replace(tzinfo=None)

    def on(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def category(self, stage: UUID) -> str:
        return str(self.blueprint.stages_by_id[stage].category)

    def stages(self, path: str) -> set[UUID]:
        if path not in self.stages_of:
            found = self.blueprint.stages_by_path.items()
            self.stages_of[path] = {stage.id for key, stage in found if path in ("", key, key.partition("/")[0])}
        return self.stages_of[path]

    def money(self, amount: Decimal | None, currency: str, day: date) -> dict[str, Any]:
        """How money of a day is added: the amount in the reporting currency, whether it is one, whether it has no rate,
        and what is said of it."""
        reporting = self.blueprint.reporting.currency or self.own_currency
        currency = currency or self.own_currency
        if amount is None:
            return {"amount": Decimal(0), "amounts": 0, "unconverted": 0, "cause": "No amount"}
        rate = Decimal(1) if currency == reporting else None
        for each in self.rate_days:
            if each.currency == currency and each.day <= day and currency != reporting:
                rate = each.rate
        if rate is None:
            said = f"{currency} without a rate"
            return {"amount": Decimal(0), "amounts": 0, "unconverted": 1, "cause": said}
        told = (amount * rate).quantize(CENT, ROUND_HALF_UP)
        return {"amount": told, "amounts": 1, "unconverted": 0, "cause": ""}

    def held(self, stay: StageStay, *, has_left: bool = False) -> Held:
        owner = (stay.left_owner_id, stay.left_team_id) if has_left else (stay.owner_id, stay.team_id)
        return Held(*owner, stay.source, stay.currency)

    def held_on(self, record: Record, day: date) -> Held:
        """Whose the record was at the end of a day: of the stay it stood in, or its first one before that."""
        path = self.paths[record.pk]
        stay = ([each for each in path if self.on(each.entered_at) <= day] or path[:1])[-1]
        held = self.held(stay)
        for change in self.changes.get(stay.pk, []):
            if self.on(change.at) <= day:
                held = replace(held, owner=change.owner_after, team=change.team_after)
        return held

    def first_entries(self, entry: set[UUID], goal: set[UUID] | None = None) -> Iterator[tuple[Record, StageStay, Any]]:
        """Each record with its first stay in `entry` and the moment it reached the goal then or later."""
        for record in self.records:
            path = self.paths[record.pk]
            first = next((stay for stay in path if stay.stage_id in entry), None)
            if first:
                after = (s.entered_at for s in path if s.stage_id in (goal or ()) and s.entered_at >= first.entered_at)
                yield record, first, min(after, default=None)
