"""Every figure of the scorecard a second time, from the rows of made-up companies, without a statement.

`python -m tests.scorecard.reckon_many --companies 5000` reckons many; the tests reckon some.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from copy import copy, deepcopy
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from math import ceil
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from blueprint.models import BlueprintVersion
from blueprint.schema import Blueprint, MetricTerms
from core.history.models import Event
from core.people.models import Workspace
from scorecard.models import ExchangeRate, SourceCost
from scorecard.queries import Board
from scorecard.queries.readings import courses
from scorecard.queries.unfolded import NOTHING_FOLDED
from scorecard.rules.periods import Period
from scorecard.rules.standpoint import NOW, Standpoint
from scorecard.rules.totals import Figure
from scorecard.segments import AND
from tests.cast import MONDAY_10
from tests.scorecard.companies import Company, People, rates, spendings, urgent, written
from tests.scorecard.measured_metrics import OF_KINDS
from tests.scorecard.reckoned_measures import elapsed, simple, summed
from tests.scorecard.reckoned_samples import Counted, Held, History, costs, emergencies

PLACES = Decimal("0.000001")
OF_SAMPLES = {
    "conversion": History.conversion,
    "win_rate": History.win_rate,
    "average_deal": History.won_money,
    "won_amount": History.won_money,
    "cycle": History.cycle,
    "velocity": History.velocity,
    "aging": History.aging,
    "acceptance": History.acceptance,
    "acted": History.acted,
    "attainment": History.attainment,
    "first_touch": History.first_touch,
    "leakage": History.leakage,
    "sourced": History.sourced,
    "generated": History.sourced,
}
# What is about no company: read by these segments, of all companies together.
TOGETHER = {"quiet": (), "costs": ("source", "currency"), "emergencies": ("owner",), "cost_of_revenue": ("source",)}
OF_MEASURES = {"count": simple, "share": simple, "since_last": simple, "sum": summed, "elapsed": elapsed}
RECKONED = {*OF_SAMPLES, *OF_MEASURES, "formula", "cost"}


@dataclass(frozen=True)
class Said:
    """What is compared of a figure."""

    value: Decimal | None = None
    numerator: Decimal = Decimal(0)
    denominator: Decimal = Decimal(0)
    aside: Decimal = Decimal(0)
    open: Decimal = Decimal(0)
    median: Decimal | None = None
    p90: Decimal | None = None
    amounts: int = 0
    unconverted: int = 0
    unrounded: Decimal | None = field(default=None, compare=False)
    """The value to calculate further with."""

    @classmethod
    def of(cls, figure: Figure) -> Said:
        sums = (figure.numerator, figure.denominator, figure.aside, figure.open_count)
        return cls(figure.value, *sums, figure.median, figure.p90, figure.amounts, figure.unconverted)


def reckoned(metric: MetricTerms, counted: Iterable[Counted], last: date) -> Said:
    """The figure of what counts on some days; of what is open, at the end of the last."""
    told = list(counted)
    flow = [each for each in told if not each.is_open]
    stock = [each for each in told if each.is_open and each.day <= last and (each.ended is None or each.ended > last)]
    sums = {name: sum((Decimal(getattr(each, name)) for each in flow), Decimal(0)) for name in SUMS}
    counts = {name: sum(getattr(each, name) for each in flow) for name in ("amounts", "unconverted")}
    lengths = sorted(each.measure for each in flow if each.measure is not None)
    ages = [(last - each.entered).days for each in stock if each.entered]
    value = value_of(metric, sums, counts["amounts"], lengths, ages)
    told_of: dict[str, Any] = {**sums, "median": quantile(lengths, 5), "p90": quantile(lengths, 9), **counts}
    return Said(rounded(value), open=Decimal(len(stock)), unrounded=value, **told_of)


def rounded(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(PLACES)


SUMS = ("numerator", "denominator", "aside")


def quantile(lengths: list[int], tenths: int) -> Decimal | None:
    """The middle, of an even number the mean of two; else the nearest rank up."""
    if not lengths:
        return None
    half = len(lengths) // 2
    if tenths == 5:
        return (Decimal(lengths[half] + lengths[~half]) / 2).quantize(PLACES)
    return Decimal(lengths[ceil(len(lengths) * tenths / 10) - 1]).quantize(PLACES)


def divided(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    return Decimal(part) / Decimal(whole) if whole else None


def value_of(metric: MetricTerms, sums: dict[str, Decimal], amounts: int, lengths: list[int], ages: list[int]) -> Any:
    """The figure from its sums, not rounded; None where it is unknown."""
    kind, told, (numerator, denominator) = metric.kind, metric.parameters.get("told", ""), list(sums.values())[:2]
    if kind == "velocity":
        rate, deal = divided(numerator, denominator), divided(sums["aside"], amounts)
        days = divided(sum(lengths), len(lengths))
        if rate is None or deal is None or days is None:
            return None
        return len(ages) * rate * deal / max(days, Decimal(1))
    if kind == "aging":
        return divided(sum(ages), len(ages))
    if kind == "generated":
        return denominator
    if kind == "cost":
        return numerator if amounts else None
    if kind in ("won_amount", "count") or (kind == "sum" and told != "mean"):
        return numerator
    if kind == "elapsed" and told in ("maximum", "oldest"):
        return Decimal(lengths[-1]) if lengths else None
    if kind == "first_touch" or (kind == "elapsed" and told != "mean"):
        return quantile(lengths, 9 if told == "p90" else 5)
    return divided(numerator, denominator)


@dataclass
class World:
    """A workspace full of companies, and their histories as told."""

    board: Board
    people: People
    histories: list[History]
    costs: list[SourceCost]
    events: list[Event]
    places: dict[tuple[UUID | None, UUID | None, date], tuple[str, str, str]] = field(default_factory=dict)
    """Where somebody sat on a day, once it was looked up."""

    def seen(self, zone: str, reading: str) -> World:
        """The same, from another place and standpoint."""
        board = copy(self.board)
        workspace = copy(board.workspace)
        workspace.time_zone = zone
        board = replace(board, workspace=workspace, standpoint=Standpoint(reading))
        return replace(self, board=board, histories=[each.seen(ZoneInfo(zone)) for each in self.histories], places={})

    def counted(self, metric: MetricTerms, history: History) -> Iterator[Counted]:
        if metric.kind in OF_MEASURES:
            return OF_MEASURES[metric.kind](history, metric)
        return OF_SAMPLES[metric.kind](history, metric.parameters)

    def all_counted(self, metric: MetricTerms) -> Iterator[tuple[History, Counted]]:
        """What counts of every company; of no company, with whichever."""
        if metric.kind == "cost":
            yield from ((self.histories[0], each) for each in costs(self.histories, self.costs))
        elif metric.parameters.get("dated") == "workspace_events.at":
            yield from ((self.histories[0], each) for each in emergencies(self.histories, self.events))
        else:
            yield from ((history, each) for history in self.histories for each in self.counted(metric, history))

    def segment(self, history: History, each: Counted, segment: str) -> str:
        """Where something is counted, as it was or as it is now; what is about no record as it says."""
        is_now = self.board.standpoint.reading == NOW
        record = each.record
        if record is None:
            assert each.held
            return self.value(history, each, each.held, segment) or "(none)"
        held = each.held or history.held_on(record, each.day)
        if is_now:
            currency = held.currency if each.held else record.currency
            held = Held(record.owner_id, record.team_id, record.source, currency)
        if not each.held and each.member:
            held = Held(each.member, held.team, held.source, held.currency)
        return self.value(history, each, held, segment) or "(none)"

    def value(self, history: History, each: Counted, held: Held, segment: str) -> str:
        if segment == "owner":
            return next((member.name for member in self.people.members if member.pk == held.owner), "")
        if segment in ("team", "region", "manager"):
            asked = held.owner, held.team, each.seated or each.day
            if asked not in self.places:
                self.places[asked] = self.place(*asked)
            found = self.places[asked][("team", "region", "manager").index(segment)]
            own = each.record.properties["region"] if segment == "region" and each.record else ""
            return found or own
        if segment == "stage":
            return self.board.blueprint.stages_by_id[each.stage].label if each.stage else ""
        if segment == "currency":
            return held.currency or history.own_currency
        return str(getattr(held, segment, "") or (each.cause if segment == "cause" else ""))

    def place(self, owner: UUID | None, team: UUID | None, day: date) -> tuple[str, str, str]:
        """Team, region and manager of who has it on a day: in the record's team, else in their first seat then, else
        the record's team itself."""
        on, is_now = self.histories[0].on, self.board.standpoint.reading == NOW
        seats = [] if is_now else [(seat, seat, seat.until) for seat in ordered(self.people.past)]
        seats = [*((seat, seat.team, None) for seat in ordered(self.people.seats)), *seats]
        seats = [each for each in seats if each[0].member_id == owner]
        begins = {seat.pk: on(seat.since) if seat.since else date.min for seat, _, _ in seats}
        sat = []
        for seat, under, until in seats:
            first = begins[seat.pk]
            has_begun = first <= day or first == min(begins.values())
            if is_now or (has_begun and (until is None or day < on(until))):
                sat.append((seat.team_id, seat.team.name, under.region, under.manager))
        teams = {team.pk: (team.pk, team.name, team.region, team.manager) for team in self.people.teams}
        own = [seat for seat in sat if seat[0] == team]
        found = next(iter([*own, *sat]), teams.get(team) if team else None)
        return (found[1], found[2], found[3].name if found[3] else "") if found else ("", "", "")


def ordered(seats: Iterable[Any]) -> list[Any]:
    return sorted(seats, key=lambda seat: seat.pk)


def differences(world: World, key: str, segment: str, period: Period) -> Iterator[str]:
    """Where product and second reckoning do not say the same of a company, or of a company's part."""
    board, metric = world.board, world.board.metric(key)
    if key in TOGETHER:
        read = segment = segment if segment in TOGETHER[key] else ""
    else:
        read = f"company{AND}{segment}" if segment else "company"
    found = courses(board, [metric], period.first, period.last, segment=read, tail=NOTHING_FOLDED)[key]
    if key in board.failing:
        yield f"{key}: {board.failing[key]}"
    parts = expected(world, metric, segment, period, is_whole=key in TOGETHER)
    for name in sorted({*found, *parts}):
        told = Said.of(found[name].figure(period)) if name in found else Said()
        if told != parts.get(name, Said()):
            seen = f"{board.standpoint.reading} {board.zone} {period.first}"
            yield f"{key} by {segment or 'nothing'} {seen} {name!r}:\n  {told}\n  {parts.get(name)}"


def expected(
    world: World, metric: MetricTerms, segment: str, period: Period, *, is_whole: bool = False
) -> dict[str, Said]:
    """What the second reckoning says, for each company or part of one, or for each part of all together."""
    if metric.kind == "formula":
        return formula(world, metric, segment, period, is_whole=is_whole)
    if metric.kind == "since_last":
        return {"": since_last(world, metric, period)}
    parts: dict[str, list[Counted]] = defaultdict(list)
    for history, each in world.all_counted(metric):
        if (each.day <= period.last) if each.is_open else (period.first <= each.day <= period.last):
            names = [] if is_whole else [history.company.key]
            names += [world.segment(history, each, segment)] if segment else []
            parts[AND.join(names)].append(each)
    return {name: reckoned(metric, counted, period.last) for name, counted in parts.items()}


def since_last(world: World, metric: MetricTerms, period: Period) -> Said:
    """Of all companies together: what counts in the period, and the days since the last of all."""
    days = [each.day for _, each in world.all_counted(metric)]
    past = [day for day in days if day <= period.last]
    number = Decimal(sum(day >= period.first for day in past))
    value = Decimal((period.last - max(past)).days).quantize(PLACES) if past else None
    return Said(value, number, number, open=Decimal(bool(past)))


def formula(world: World, metric: MetricTerms, segment: str, period: Period, *, is_whole: bool) -> dict[str, Said]:
    """`deal * won` or the like: unknown where either is, or divided by nothing; its sample is what both count."""
    left, sign, right = metric.parameters["expression"].split()
    firsts, seconds = (
        expected(world, world.board.metric(key), segment, period, is_whole=is_whole) for key in (left, right)
    )
    found = {}
    for name in {*firsts, *seconds}:
        first, second = firsts.get(name, Said()), seconds.get(name, Said())
        value = None
        if first.unrounded is not None and second.unrounded is not None:
            is_product = sign == "*"
            value = first.unrounded * second.unrounded if is_product else divided(first.unrounded, second.unrounded)
        found[name] = Said(rounded(value), denominator=first.denominator + second.denominator)
    return found


def world_of(workspace: Workspace, first: int, number: int) -> World:
    """A workspace with so many companies, whose blueprint measures everything; with each number another one."""
    dice = random.Random(first)
    document = deepcopy(BlueprintVersion.objects.get(number=workspace.blueprint_version).document)
    owned = {"owner": "dana@acme.example", "segments": []}
    calendar = document["calendars"][0]["key"]
    document["metrics"] = [
        {"key": key, "label": key, "kind": kind, "unit": unit, "parameters": with_calendar(asked, calendar), **owned}
        for key, (kind, unit, asked) in OF_KINDS.items()
    ]
    document["properties"].append({"key": "company", "label": "Company", "type": "text"})
    document["reporting"] = dice.choice(REPORTING)
    blueprint = Blueprint.of(workspace.pk, document)
    people = People.moving(dice)
    own = workspace.currency
    known = rates(dice, blueprint.reporting.currency or own)
    ExchangeRate.objects.all().delete()
    ExchangeRate.objects.bulk_create(known)
    keys = range(first, first + number)
    companies = [Company(f"c{key}", random.Random(key), blueprint, people, key * 1_000).live() for key in keys]
    written(companies)
    board = Board(workspace, MONDAY_10, blueprint, {})
    zone = board.zone
    histories = [History(each, blueprint, zone, MONDAY_10, own, known) for each in companies]
    return World(board, people, histories, spendings(dice), urgent(dice, people))


def with_calendar(asked: dict[str, Any], calendar: str) -> dict[str, Any]:
    return asked | {"calendar": calendar} if "calendar" in asked else asked


REPORTING = (
    {"currency": "EUR", "marketing_sources": ["WEB", "Event"], "partner_sources": ["partner"]},
    {"currency": "USD", "outbound_sources": ["Cold call"]},
    {},
)
