"""A workspace full of made-up companies: what counts of each, and in which segment, without a statement."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from copy import copy, deepcopy
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from blueprint.models import BlueprintVersion
from blueprint.schema import Blueprint, MetricTerms
from core.history.models import Event
from core.people.models import Workspace
from scorecard.models import ExchangeRate, SourceCost
from scorecard.queries import Board
from scorecard.rules.standpoint import NOW, Standpoint
from tests.cast import MONDAY_10
from tests.scorecard import reckoned_samples as samples
from tests.scorecard.companies import Company, People, rates, spendings, urgent, written
from tests.scorecard.measured_metrics import OF_KINDS
from tests.scorecard.reckoned_handoffs import acceptance, acted, attainment, first_touch, leakage
from tests.scorecard.reckoned_history import Counted, Held, History
from tests.scorecard.reckoned_measures import elapsed, simple, summed
from tests.scorecard.reckoned_samples import costs, emergencies

OF_SAMPLES = {
    "conversion": samples.conversion,
    "win_rate": samples.win_rate,
    "average_deal": samples.won_money,
    "won_amount": samples.won_money,
    "cycle": samples.cycle,
    "velocity": samples.velocity,
    "aging": samples.aging,
    "acceptance": acceptance,
    "acted": acted,
    "attainment": attainment,
    "first_touch": first_touch,
    "leakage": leakage,
    "sourced": samples.sourced,
    "generated": samples.sourced,
}
OF_MEASURES = {"count": simple, "share": simple, "since_last": simple, "sum": summed, "elapsed": elapsed}


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
