"""What counts of a company for each kind of metric, found row by row from its history: plain Python, no statement."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from blueprint.schema import Blueprint
from core.businesstime import minutes_between
from core.history.models import Event
from handoffs.models import Handoff
from lifecycle.models import Record, StageStay, StayChange
from scorecard.models import ExchangeRate, SourceCost
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

    def conversion(self, asked: dict[str, Any]) -> Iterator[Counted]:
        within = timedelta(days=asked["within_days"]) if asked.get("within_days") else None
        for record, first, reached in self.first_entries(self.stages(asked["from"]), self.stages(asked["to"])):
            is_over = within is None or first.entered_at + within <= self.at
            is_reached = reached is not None and (within is None or reached <= first.entered_at + within)
            day = self.on(first.entered_at)
            yield Counted(
                record=record,
                day=day,
                numerator=int(is_over and is_reached),
                denominator=int(is_over),
                aside=int(not is_over),
                measure=max((self.on(reached) - day).days, 0) if reached else None,
                held=self.held(first),
            )

    def closings(self, asked: dict[str, Any]) -> Iterator[tuple[Record, StageStay, bool]]:
        """Entries into won or lost from elsewhere, unless corrected at once into the other; each, or the last ones."""
        stages = self.stages(asked["pipeline"])
        for record in self.records:
            path = [stay for stay in self.paths[record.pk] if stay.stage_id in stages]
            kinds = [self.category(stay.stage_id) for stay in path]
            for place, (stay, kind) in enumerate(zip(path, kinds, strict=True)):
                if kind not in ("won", "lost") or (place and kinds[place - 1] == kind):
                    continue
                later = kinds[place + 1 :]
                if later and later[0] in ("won", "lost") and later[0] != kind:
                    continue
                if asked.get("reopened") == "last" and any(each != kind for each in later):
                    continue
                yield record, stay, kind == "won"

    def win_rate(self, asked: dict[str, Any]) -> Iterator[Counted]:
        by_count = asked.get("weigh", "count") == "count"
        if asked.get("cohort") == "opening":
            yield from self.win_rate_by_opening(asked, by_count)
            return
        for record, stay, is_won in self.closings(asked):
            day = self.on(stay.entered_at)
            money = self.money(None if by_count else stay.amount, stay.currency, day)
            weight = 1 if by_count else money["amount"]
            yield Counted(
                record=record,
                day=day,
                numerator=weight if is_won else 0,
                denominator=weight,
                aside=int(not by_count and stay.amount is None),
                amounts=money["amounts"],
                unconverted=money["unconverted"],
                cause=money["cause"],
                held=self.held(stay),
            )

    def win_rate_by_opening(self, asked: dict[str, Any], by_count: bool) -> Iterator[Counted]:
        stages = self.stages(asked["pipeline"])
        for record, first, _ in self.first_entries(stages):
            last = [stay for stay in self.paths[record.pk] if stay.stage_id in stages][-1]
            day, closed_on = self.on(first.entered_at), self.on(last.entered_at)
            is_closed = self.category(last.stage_id) in ("won", "lost")
            money = self.money(last.amount if is_closed and not by_count else None, last.currency, closed_on)
            weight = 1 if by_count else money["amount"]
            worth = last if is_closed else first
            yield Counted(
                record=record,
                day=day,
                numerator=weight if self.category(last.stage_id) == "won" else 0,
                denominator=weight if is_closed else 0,
                aside=int(not is_closed or (not by_count and worth.amount is None)),
                amounts=money["amounts"],
                unconverted=money["unconverted"],
                cause=money["cause"],
                measure=max((closed_on - day).days, 0) if is_closed else None,
                held=replace(self.held(first), currency=worth.currency),
            )

    def won_money(self, asked: dict[str, Any]) -> Iterator[Counted]:
        for record, stay, is_won in self.closings(asked):
            if is_won:
                day = self.on(stay.entered_at)
                money = self.money(stay.amount, stay.currency, day)
                yield Counted(
                    record=record,
                    day=day,
                    numerator=money["amount"],
                    denominator=money["amounts"],
                    aside=int(stay.amount is None),
                    amounts=money["amounts"],
                    unconverted=money["unconverted"],
                    cause=money["cause"],
                    held=self.held(stay),
                )

    def cycle_days(self, record: Record, closed_on: date) -> int | None:
        """None where it was created after it was closed."""
        if self.on(record.created_at) > closed_on:
            return None
        return max((closed_on - self.on(record.opened_at)).days, 0)

    def cycle(self, asked: dict[str, Any]) -> Iterator[Counted]:
        for record, stay, is_won in self.closings(asked):
            if is_won:
                day = self.on(stay.entered_at)
                took = self.cycle_days(record, day)
                known: dict[str, Any] = {"numerator": took or 0, "denominator": int(took is not None)}
                known["aside"] = int(took is None)
                yield Counted(record=record, day=day, measure=took, held=self.held(stay), **known)

    def velocity(self, asked: dict[str, Any]) -> Iterator[Counted]:
        for record, stay, is_won in self.closings(asked):
            day = self.on(stay.entered_at)
            money = self.money(stay.amount if is_won else None, stay.currency, day)
            yield Counted(
                record=record,
                day=day,
                numerator=int(is_won),
                denominator=1,
                aside=money["amount"],
                amounts=money["amounts"],
                unconverted=money["unconverted"],
                measure=self.cycle_days(record, day) if is_won else None,
                held=self.held(stay),
            )
        yield from (replace(each, stage=None, measure=None) for each in self.aging(asked))

    def aging(self, asked: dict[str, Any]) -> Iterator[Counted]:
        """Each stretch of an open stay in one pair of hands; what left its stage is measured on the day it left."""
        for record in self.records:
            for stay in self.paths[record.pk]:
                if stay.stage_id not in self.stages(asked["pipeline"]) or self.category(stay.stage_id) != "open":
                    continue
                entered, held = self.on(stay.entered_at), self.held(stay)
                left = self.on(stay.exited_at) if stay.exited_at else None
                known: dict[str, Any] = {"record": record, "stage": stay.stage_id, "entered": entered}
                begun = entered
                for change in self.changes.get(stay.pk, []):
                    if (change.owner_before, change.team_before) == (change.owner_after, change.team_after):
                        continue
                    day = self.on(change.at)
                    yield Counted(day=begun, held=held, is_open=True, ended=day, **known)
                    begun, held = day, replace(held, owner=change.owner_after, team=change.team_after)
                yield Counted(day=begun, held=held, is_open=True, ended=left, **known)
                if left:
                    yield Counted(day=left, held=held, seated=begun, measure=(left - entered).days, **known)

    def sourced(self, asked: dict[str, Any]) -> Iterator[Counted]:
        by_count, side = asked.get("by") == "count", asked.get("side", "marketing").capitalize()
        for record, first, _ in self.first_entries(self.stages(asked["pipeline"])):
            day = self.on(first.entered_at)
            amount, currency = first.amount, first.currency
            if amount is None:
                amount, currency = record.amount, record.currency
            money = self.money(None if by_count else amount, currency, day)
            weight = 1 if by_count else money["amount"]
            found = self.side(first.source, record.origin)
            yield Counted(
                record=record,
                day=day,
                numerator=weight if found == side else 0,
                denominator=weight,
                aside=int(not by_count and amount is None),
                amounts=money["amounts"],
                unconverted=money["unconverted"],
                cause=found,
                held=replace(self.held(first), currency=currency),
            )

    def side(self, source: str, origin: Record | None) -> str:
        reporting = self.blueprint.reporting
        for name in ("partner", "outbound", "marketing"):
            if source.lower() in {each.lower() for each in getattr(reporting, f"{name}_sources")}:
                return name.capitalize()
        if not reporting.marketing_sources and origin and origin.kind == "lead":
            return "Marketing"
        return "Others" if source else "No source"

    def at_seam(self, asked: dict[str, Any]) -> Iterator[Handoff]:
        seam = self.blueprint.seams_by_key[asked["seam"]].id
        return (each for each in self.company.rows[Handoff] if each.seam_id == seam)

    def of_handoff(self, handoff: Handoff, at: datetime, **known: Any) -> Counted:
        return Counted(record=handoff.record, day=self.on(at), member=handoff.assignee_id, **known)

    def acceptance(self, asked: dict[str, Any]) -> Iterator[Counted]:
        for h in self.at_seam(asked):
            if h.state in ("accepted", "rejected"):
                known = {
                    "numerator": int(h.state == "accepted"),
                    "denominator": 1,
                    "measure": minutes(h, h.answered_at),
                }
                yield self.of_handoff(h, h.offered_at, **known)

    def acted(self, asked: dict[str, Any]) -> Iterator[Counted]:
        act = timedelta(hours=self.blueprint.seams_by_key[asked["seam"]].act_hours)
        for h in self.at_seam(asked):
            if h.state == "recalled":
                continue
            moments = [each for each in (h.answered_at, h.first_touched_at) if each]
            done = max(moments) if h.state == "accepted" and len(moments) == 2 else None
            is_acted = done is not None and done - h.offered_at <= act
            counts = is_acted or self.at - h.offered_at >= act
            known = {"numerator": int(is_acted), "denominator": int(counts), "aside": int(not counts)}
            yield self.of_handoff(h, h.offered_at, measure=minutes(h, done), **known)

    def attainment(self, asked: dict[str, Any]) -> Iterator[Counted]:
        for h in self.at_seam(asked):
            known_at = h.breached_at or min(h.answered_at or h.due_at, h.due_at)
            if known_at <= self.at and (h.state != "recalled" or h.breached_at):
                is_in_time = not h.breached_at and h.answered_at is not None and h.answered_at <= h.due_at
                known = {"numerator": int(is_in_time), "denominator": 1, "measure": minutes(h, h.answered_at)}
                yield self.of_handoff(h, known_at, **known)

    def first_touch(self, asked: dict[str, Any]) -> Iterator[Counted]:
        calendar = self.blueprint.seams_by_key[asked["seam"]].hours
        for h in self.at_seam(asked):
            if h.state == "recalled":
                continue
            touched = h.first_touched_at
            took = minutes(h, touched)
            if touched and asked.get("time") == "working":
                took = int(minutes_between(calendar, h.offered_at, touched))
            is_in_time = touched is not None and (h.touch_due_at is None or touched <= h.touch_due_at)
            known = {"numerator": int(is_in_time), "denominator": 1, "aside": int(touched is None), "measure": took}
            yield self.of_handoff(h, h.offered_at, **known)

    def leakage(self, asked: dict[str, Any]) -> Iterator[Counted]:
        window = timedelta(days=asked.get("window_days", 14))
        returning = {r.id for r in self.blueprint.reason_codes if r.disposition in ("return", "route")}
        handoffs = list(self.at_seam(asked))
        for h in handoffs:
            is_recalled = h.state == "recalled"
            is_in_time = not is_recalled and h.answered_at is not None and h.answered_at - h.offered_at < window
            later = (n.offered_at - h.offered_at for n in handoffs if n.record is h.record)
            is_again = is_recalled and any(timedelta() < after < window for after in later)
            if is_in_time or is_recalled or self.at - h.offered_at >= window:
                known = {
                    "numerator": int(not is_in_time and not is_again),
                    "denominator": int(not is_again),
                    "aside": int(is_again),
                    "measure": None if is_recalled else minutes(h, h.answered_at),
                    "cause": leak(h, is_in_time=is_in_time, is_again=is_again, returning=returning),
                }
                yield self.of_handoff(h, h.offered_at, **known)


def costs(histories: list[History], rows: list[SourceCost]) -> Iterator[Counted]:
    """A sample for each day of a month for which a cost is written: its part to the cent, the first parts rounded."""
    for cost in rows:
        money = histories[0].money(cost.amount, cost.currency, cost.month)
        length = monthrange(cost.month.year, cost.month.month)[1]
        parts = [(money["amount"] * place / length).quantize(CENT, ROUND_HALF_UP) for place in range(length + 1)]
        for place in range(length):
            yield Counted(
                record=None,
                day=cost.month + place * DAY,
                numerator=parts[place + 1] - parts[place],
                denominator=money["amounts"],
                amounts=money["amounts"],
                unconverted=money["unconverted"] if place == 0 else 0,
                held=Held(None, None, cost.source, cost.currency),
            )


def emergencies(histories: list[History], rows: list[Event]) -> Iterator[Counted]:
    for event in rows:
        held = Held(event.actor_id, None, "", "")
        yield Counted(record=None, day=histories[0].on(event.at), numerator=1, denominator=1, held=held)


def leak(h: Handoff, *, is_in_time: bool, is_again: bool, returning: set[UUID]) -> str:
    if h.state == "recalled":
        return "Recalled, then offered again" if is_again else "Recalled"
    if is_in_time:
        return "Returned" if h.reason_id in returning else "Answered in time"
    if h.answered_at:
        return "Answered too late"
    return "Touched, never answered" if h.first_touched_at else "Never touched"


def minutes(h: Handoff, end: datetime | None) -> int | None:
    return None if end is None else max((end - h.offered_at) // MINUTE, 0)
