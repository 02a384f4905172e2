"""What counts of a company for kinds of a pipeline, found row by row from its history: plain Python, no statement."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP
from typing import Any

from core.history.models import Event
from lifecycle.models import Record, StageStay
from scorecard.models import SourceCost
from tests.scorecard.reckoned_history import CENT, DAY, Counted, Held, History


def conversion(history: History, asked: dict[str, Any]) -> Iterator[Counted]:
    within = timedelta(days=asked["within_days"]) if asked.get("within_days") else None
    for record, first, reached in history.first_entries(history.stages(asked["from"]), history.stages(asked["to"])):
        over = history.shown(first.entered_at) + within if within else None
        is_over = over is None or over <= history.shown(history.at)
        is_reached = reached is not None and (over is None or history.shown(reached) <= over)
        day = history.on(first.entered_at)
        yield Counted(
            record=record,
            day=day,
            numerator=int(is_over and is_reached),
            denominator=int(is_over),
            aside=int(not is_over),
            measure=max((history.on(reached) - day).days, 0) if reached else None,
            held=history.held(first),
        )


def closings(history: History, asked: dict[str, Any]) -> Iterator[tuple[Record, StageStay, bool]]:
    """Entries into won or lost from elsewhere, unless corrected at once into the other; each, or the last ones."""
    stages = history.stages(asked["pipeline"])
    for record in history.records:
        path = [stay for stay in history.paths[record.pk] if stay.stage_id in stages]
        kinds = [history.category(stay.stage_id) for stay in path]
        for place, (stay, kind) in enumerate(zip(path, kinds, strict=True)):
            if kind not in ("won", "lost") or (place and kinds[place - 1] == kind):
                continue
            later = kinds[place + 1 :]
            if later and later[0] in ("won", "lost") and later[0] != kind:
                continue
            if asked.get("reopened") == "last" and any(each != kind for each in later):
                continue
            yield record, stay, kind == "won"


def win_rate(history: History, asked: dict[str, Any]) -> Iterator[Counted]:
    by_count = asked.get("weigh", "count") == "count"
    if asked.get("cohort") == "opening":
        yield from win_rate_by_opening(history, asked, by_count)
        return
    for record, stay, is_won in closings(history, asked):
        day = history.on(stay.entered_at)
        money = history.money(None if by_count else stay.amount, stay.currency, day)
        weight = 1 if by_count else money["amount"]
        yield Counted(
            record=record,
            day=day,
            numerator=weight if is_won else 0,
            denominator=weight,
            aside=int(not by_count and stay.amount is None),
            amounts=money["amounts"],
            unconverted=money["unconverted"],
            cause="" if by_count else money["cause"],
            held=history.held(stay),
        )


def win_rate_by_opening(history: History, asked: dict[str, Any], by_count: bool) -> Iterator[Counted]:
    stages = history.stages(asked["pipeline"])
    for record, first, _ in history.first_entries(stages):
        last = [stay for stay in history.paths[record.pk] if stay.stage_id in stages][-1]
        day, closed_on = history.on(first.entered_at), history.on(last.entered_at)
        is_closed = history.category(last.stage_id) in ("won", "lost")
        money = history.money(last.amount if is_closed and not by_count else None, last.currency, closed_on)
        weight = 1 if by_count else money["amount"]
        worth = last if is_closed else first
        yield Counted(
            record=record,
            day=day,
            numerator=weight if history.category(last.stage_id) == "won" else 0,
            denominator=weight if is_closed else 0,
            aside=int(not is_closed or (not by_count and worth.amount is None)),
            amounts=money["amounts"],
            unconverted=money["unconverted"],
            cause=money["cause"] if is_closed and not by_count else "",
            measure=max((closed_on - day).days, 0) if is_closed else None,
            held=replace(history.held(first), currency=worth.currency),
        )


def won_money(history: History, asked: dict[str, Any]) -> Iterator[Counted]:
    for record, stay, is_won in closings(history, asked):
        if is_won:
            day = history.on(stay.entered_at)
            money = history.money(stay.amount, stay.currency, day)
            yield Counted(
                record=record,
                day=day,
                numerator=money["amount"],
                denominator=money["amounts"],
                aside=int(stay.amount is None),
                amounts=money["amounts"],
                unconverted=money["unconverted"],
                cause=money["cause"],
                held=history.held(stay),
            )


def cycle_days(history: History, record: Record, closed_on: date) -> int | None:
    """None where it was created after it was closed."""
    if history.on(record.created_at) > closed_on:
        return None
    return max((closed_on - history.on(record.opened_at)).days, 0)


def cycle(history: History, asked: dict[str, Any]) -> Iterator[Counted]:
    for record, stay, is_won in closings(history, asked):
        if is_won:
            day = history.on(stay.entered_at)
            took = cycle_days(history, record, day)
            known: dict[str, Any] = {"numerator": took or 0, "denominator": int(took is not None)}
            known["aside"] = int(took is None)
            yield Counted(record=record, day=day, measure=took, held=history.held(stay), **known)


def velocity(history: History, asked: dict[str, Any]) -> Iterator[Counted]:
    for record, stay, is_won in closings(history, asked):
        day = history.on(stay.entered_at)
        money = history.money(stay.amount if is_won else None, stay.currency, day)
        yield Counted(
            record=record,
            day=day,
            numerator=int(is_won),
            denominator=1,
            aside=money["amount"],
            amounts=money["amounts"],
            unconverted=money["unconverted"],
            measure=cycle_days(history, record, day) if is_won else None,
            held=history.held(stay),
        )
    yield from (replace(each, stage=None, measure=None) for each in aging(history, asked))


def aging(history: History, asked: dict[str, Any]) -> Iterator[Counted]:
    """Each stretch of an open stay in one pair of hands; what left its stage is measured on the day it left."""
    for record in history.records:
        for stay in history.paths[record.pk]:
            if stay.stage_id not in history.stages(asked["pipeline"]) or history.category(stay.stage_id) != "open":
                continue
            entered, held = history.on(stay.entered_at), history.held(stay)
            left = history.on(stay.exited_at) if stay.exited_at else None
            known: dict[str, Any] = {"record": record, "stage": stay.stage_id, "entered": entered}
            begun = entered
            for change in history.changes.get(stay.pk, []):
                if (change.owner_before, change.team_before) == (change.owner_after, change.team_after):
                    continue
                day = history.on(change.at)
                yield Counted(day=begun, held=held, is_open=True, ended=day, **known)
                begun, held = day, replace(held, owner=change.owner_after, team=change.team_after)
            yield Counted(day=begun, held=held, is_open=True, ended=left, **known)
            if left:
                yield Counted(day=left, held=held, seated=begun, measure=(left - entered).days, **known)


def sourced(history: History, asked: dict[str, Any]) -> Iterator[Counted]:
    by_count, side = asked.get("by") == "count", asked.get("side", "marketing").capitalize()
    for record, first, _ in history.first_entries(history.stages(asked["pipeline"])):
        day = history.on(first.entered_at)
        amount, currency = first.amount, first.currency
        if amount is None:
            amount, currency = record.amount, record.currency
        money = history.money(None if by_count else amount, currency, day)
        weight = 1 if by_count else money["amount"]
        found = side_of(history, first.source, record.origin)
        yield Counted(
            record=record,
            day=day,
            numerator=weight if found == side else 0,
            denominator=weight,
            aside=int(not by_count and amount is None),
            amounts=money["amounts"],
            unconverted=money["unconverted"],
            cause=found,
            held=replace(history.held(first), currency=currency),
        )


def side_of(history: History, source: str, origin: Record | None) -> str:
    reporting = history.blueprint.reporting
    for name in ("partner", "outbound", "marketing"):
        if source.lower() in {each.lower() for each in getattr(reporting, f"{name}_sources")}:
            return name.capitalize()
    if not reporting.marketing_sources and origin and origin.kind == "lead":
        return "Marketing"
    return "Others" if source else "No source"


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
                unconverted=money["unconverted"],
                held=Held(None, None, cost.source, cost.currency),
            )


def emergencies(histories: list[History], rows: list[Event]) -> Iterator[Counted]:
    for event in rows:
        held = Held(event.actor_id, None, "", "")
        yield Counted(record=None, day=histories[0].on(event.at), numerator=1, denominator=1, held=held)
