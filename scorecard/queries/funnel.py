"""The whole journey on one page: what entered each step in the period, and the seams between the teams."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from blueprint.schema import SeamTerms
from core.people.functions import Function
from core.sql import Fragment, load
from scorecard.queries.boards import Board, owners_of
from scorecard.queries.foldables import Foldable, of_funnel
from scorecard.queries.funnel_steps import FunnelStep, steps_of
from scorecard.queries.readings import KEPT_READINGS, totals_of
from scorecard.queries.unfolded import Unfolded, is_too_much, unfolded
from scorecard.rules.counting import Counting
from scorecard.rules.days import Days
from scorecard.rules.periods import Period
from scorecard.rules.totals import Totals, ratio

SEAMS_OF_PERIOD = load("scorecard", "seams_of_period")
OPEN_BY_SEAM = load("scorecard", "open_by_seam")


@dataclass(frozen=True)
class FunnelLine:
    """A seam in the period: offers made in it and what became of them; open breaches are those of this moment."""

    seam: SeamTerms
    owner: str
    offered: int
    accepted: int
    rejected: int
    late: int
    median_minutes: float | None
    open_count: int
    open_breaches: int
    is_leakiest: bool = False

    @property
    def conversion(self) -> Decimal | None:
        """Accepted, of all offered."""
        return ratio(self.accepted, self.offered)

    @property
    def loss(self) -> int:
        """What did not come across: rejected, or past due and unanswered. Volume × drop."""
        return self.rejected + self.late


@dataclass(frozen=True)
class Band:
    """One team's part of the journey, and the seam that follows it."""

    function: str
    label: str
    steps: tuple[FunnelStep, ...]
    line: FunnelLine | None = None


@dataclass(frozen=True)
class Funnel:
    """The journey of a period."""

    period: Period
    bands: tuple[Band, ...]
    lines: tuple[FunnelLine, ...]
    counting: Counting | None = None
    """How far the counting of the steps is, where they are being counted."""

    @property
    def is_empty(self) -> bool:
        return (
            not self.counting
            and not any(step.count for band in self.bands for step in band.steps)
            and not any(line.offered or line.open_count for line in self.lines)
        )


def funnel(board: Board, period: Period) -> Funnel:
    """First touch to renewal and referral, in five queries, and one more where the newest days are not folded yet."""
    steps, counting = counted(board, period)
    lines = lines_of(board, period)
    return Funnel(period, _bands(board, steps, lines), lines, counting)


def near(board: Board, days: Days, moment: str, day: str) -> dict[str, Fragment | str]:
    """The places of a statement that say which days are asked."""
    return {"near": days.near(moment, board.zone), "days": Fragment(*days.on(day))}


def counted(board: Board, period: Period, tail: Unfolded | None = None) -> tuple[list[FunnelStep], Counting | None]:
    """The steps with how many journeys entered each in the period, and how far the counting is where it goes on."""
    foldable, tail = of_funnel(board), tail or unfolded(board)
    live, counting = tail.days(board, foldable).clipped(period.first, period.last), None
    if is_too_much(board, [live]):
        live, counting = Days(()), tail.counting(foldable, period.first)
    entries = _kept(tail, foldable, period, live) if not counting or counting.as_of else []
    entries += [(day, key, totals_of(*sums)) for day, _, key, *sums in foldable.sums(live).rows()] if live else []
    counts: dict[str, int] = {}
    for day, key, totals in entries:
        counts[key] = counts.get(key, 0) + newly_entered(totals, day, period.first)
    found = [replace(step, count=counts.get(step.key, 0)) for step in steps_of(board)]
    before = [0, *(step.count for step in found)]
    return [
        replace(step, rate=ratio(step.count, former)) for step, former in zip(found, before, strict=False)
    ], counting


def _kept(tail: Unfolded, foldable: Foldable, period: Period, live: Days) -> list[tuple[date, str, Totals]]:
    series = tail.series.get(foldable.key)
    if series is None:
        return []
    asked = {"segment": "step", "value": None, "first_day": period.first, "last_day": period.last}
    rows = KEPT_READINGS.rows(series=[series.id], **asked)
    return [(day, key, totals_of(*sums)) for _, key, day, *sums in rows if day not in live]


def newly_entered(totals: Totals, day: date, first: date) -> int:
    """Of the journeys that entered a step on a day, those that had not entered it since the first day already."""
    again = sum(count for gap, count in totals.distribution.items() if day - timedelta(days=gap) >= first)
    return int(totals.denominator) - again


def lines_of(board: Board, period: Period) -> tuple[FunnelLine, ...]:
    days = Days.between(period.first, period.last)
    seams = board.blueprint.seams
    offers = SEAMS_OF_PERIOD.fill(**near(board, days, "h.offered_at", "offer.day")).rows(
        zone=str(board.zone), at=board.at, seams=[seam.id for seam in seams]
    )
    told = {seam_id: rest for seam_id, *rest in offers}
    opened = {seam_id: rest for seam_id, *rest in OPEN_BY_SEAM.rows(at=board.at)}
    owners = owners_of(seams)
    lines = [
        FunnelLine(
            seam,
            owners.get(seam.owner, ""),
            *told.get(seam.id, (0, 0, 0, 0, None)),
            *opened.get(seam.id, (0, 0)),
        )
        for seam in seams
    ]
    worst = max(lines, key=lambda line: line.loss, default=None)
    return tuple(replace(line, is_leakiest=line is worst and line.loss > 0) for line in lines)


def _bands(board: Board, steps: list[FunnelStep], lines: tuple[FunnelLine, ...]) -> tuple[Band, ...]:
    """Teams in the order the seams join them; a side path that comes back stands in the team's last band."""
    chain: list[tuple[str, FunnelLine | None]] = []
    for line in lines:
        if chain and chain[-1][0] == line.seam.from_function and chain[-1][1] is None:
            chain[-1] = (chain[-1][0], line)
        else:
            chain.append((line.seam.from_function, line))
        chain.append((line.seam.to_function, None))
    chain += [(f, None) for f in dict.fromkeys(s.function for s in steps) if f not in {name for name, _ in chain}]
    placed: list[list[FunnelStep]] = [[] for _ in chain]
    first = {name: place for place, (name, _) in reversed(list(enumerate(chain)))}
    last = {name: place for place, (name, _) in enumerate(chain)}
    side = {p.key for p in board.blueprint.pipelines if p.purpose == "expansion"}
    for step in steps:
        pipeline, dot, _ = step.key.partition(".")
        placed[(last if dot and pipeline in side else first)[step.function]].append(step)
    return tuple(
        Band(function, Function(function).label, tuple(found), line)
        for (function, line), found in zip(chain, placed, strict=True)
    )
