"""Journeys counted once more, in Python and by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from core.people.models import Member, PastSeat, Team, TeamSeat
from lifecycle.models import Record, StageStay
from scorecard.queries.boards import Board
from scorecard.queries.funnel_counts import FunnelCounts
from scorecard.queries.funnel_steps import steps_of
from scorecard.queries.unfolded import unfolded
from scorecard.rules.funnel_cohorts import COHORTS
from scorecard.rules.periods import Period

Counts = dict[tuple[str, str, str, str], tuple[int, Decimal]]


SPLIT = ("source", "owner", "team")


def shown_journeys(board: Board, period: Period) -> Counts:
    """Cohort, what it is split by, its value and the step: how many, and their worth, as the funnel says."""
    found, tail = {}, unfolded(board)
    for cohort in COHORTS:
        parts = [("", "", FunnelCounts(board, period, cohort, tail=tail).steps())]
        for by in SPLIT:
            parts += [
                (by, part.value, part.steps) for part in FunnelCounts(board, period, cohort, by, tail=tail).split()
            ]
        for by, value, steps in parts:
            found |= {(cohort, by, value, step.key): (step.count, step.worth) for step in steps if step.count}
    return found


def true_journeys(board: Board, period: Period, only: Mapping[str, str] | None = None) -> Counts:
    """The same, by climbing from each record to where its journey began; `only` those that have these values."""
    found: Counts = {}
    steps, people = steps_of(board), _People(board)
    roots = Record.objects.in_bulk()
    for root_id, entries in _entries(board).items():
        for cohort, place, first, held in _counted(board, period, entries, len(steps)):
            values = people.values(held, roots[root_id])
            if any(values[segment] != value for segment, value in (only or {}).items()):
                continue
            for by in ("", *SPLIT):
                key = (cohort, by, values[by] if by else "", steps[place].key)
                number, worth = found.get(key, (0, Decimal(0)))
                found[key] = number + 1, worth + (first.amount or 0)
    return found


class _People:
    """Who they are, and where they sat on a day."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.names = dict(Member.objects.values_list("pk", "name"))
        self.teams = {team.pk: (team.pk, team.name, team.region) for team in Team.objects.all()}
        self.seats = [(each, self.teams[each.team_id], None) for each in TeamSeat.objects.order_by("pk")]
        for past in PastSeat.objects.order_by("pk"):
            self.seats.append((past, (past.team_id, self.teams[past.team_id][1], past.region), past.until))

    def values(self, held: StageStay, root: Record) -> dict[str, str]:
        """What a journey is split and narrowed by."""
        _, team, region = self.place(held) or (None, "", "")
        told = {"source": held.source, "owner": self.names.get(held.owner_id, ""), "team": team}
        told["region"] = region or root.properties.get("region", "")
        return {segment: value or "(none)" for segment, value in told.items()}

    def place(self, held: StageStay) -> tuple[UUID, str, str] | None:
        """In the record's team where they sat in it, else in their first seat, else the record's team."""
        day = self.board.day(held.entered_at)
        seats = [each for each in self.seats if each[0].member_id == held.owner_id]
        begins = [self.board.day(seat.since) if seat.since else date.min for seat, _, _ in seats]
        sat = [
            place
            for (_, place, until), begin in zip(seats, begins, strict=True)
            if (begin <= day or begin == min(begins)) and (until is None or day < self.board.day(until))
        ]
        own = [place for place in sat if place[0] == held.team_id]
        return next(iter([*own, *sat]), self.teams.get(held.team_id))


def _entries(board: Board) -> dict[UUID, list[tuple[int, StageStay]]]:
    """Of each journey the entries into steps, in their order, each with the place of its step."""
    origins = dict(Record.objects.values_list("pk", "origin_id"))
    places = {stage: place for place, step in enumerate(steps_of(board)) for stage in step.stage_ids}

    def root(record_id: UUID) -> UUID:
        return root(origins[record_id]) if origins[record_id] else record_id

    found: dict[UUID, list[tuple[int, StageStay]]] = {}
    for stay in StageStay.objects.filter(stage_id__in=places):
        found.setdefault(root(stay.record_id), []).append((places[stay.stage_id], stay))
    return {key: sorted(entries, key=_moment) for key, entries in found.items()}


def _moment(entry: tuple[int, StageStay]) -> tuple[datetime, int, UUID]:
    place, stay = entry
    return stay.entered_at, place, stay.pk


def _counted(
    board: Board, period: Period, entries: list[tuple[int, StageStay]], steps: int
) -> Iterator[tuple[str, int, StageStay, StageStay]]:
    """Cohort, place of the step, the entry that counts, and the one that says whose it is."""
    for place in range(steps):
        in_period = [stay for at, stay in entries if at == place and _is_in(board, period, stay)]
        if in_period:
            yield "moved", place, in_period[0], in_period[0]
        reached = [stay for at, stay in entries if at >= place]
        is_past = bool(reached) and board.day(reached[0].entered_at) <= board.today
        if is_past and _is_in(board, period, entries[0][1]):
            yield "began", place, reached[0], entries[0][1]


def _is_in(board: Board, period: Period, stay: StageStay) -> bool:
    return period.first <= board.day(stay.entered_at) <= period.last
