"""The whole journey on one page: what entered each step in the period, and the seams between the teams."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from blueprint.schema import PipelineTerms, SeamTerms, StageTerms
from core.people.functions import Function
from core.sql import Fragment, load
from scorecard.queries.boards import Board, owners_of
from scorecard.rules.days import Days
from scorecard.rules.periods import Period
from scorecard.rules.totals import ratio

JOURNEYS_BY_STEP = load("scorecard", "journeys_by_step")
SEAMS_OF_PERIOD = load("scorecard", "seams_of_period")
OPEN_BY_SEAM = load("scorecard", "open_by_seam")


@dataclass(frozen=True)
class Step:
    """One step of the journey: how many journeys entered it, and as a share of the step before."""

    key: str
    label: str
    function: str
    stage_ids: tuple[UUID, ...]
    count: int = 0
    rate: Decimal | None = None


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
    steps: tuple[Step, ...]
    line: FunnelLine | None = None


@dataclass(frozen=True)
class Funnel:
    """The journey of a period."""

    period: Period
    bands: tuple[Band, ...]
    lines: tuple[FunnelLine, ...]

    @property
    def is_empty(self) -> bool:
        return not any(step.count for band in self.bands for step in band.steps) and not any(
            line.offered or line.open_count for line in self.lines
        )


def funnel(board: Board, period: Period) -> Funnel:
    """First touch to renewal and referral, in four queries."""
    steps = counted(board, period, steps_of(board))
    lines = lines_of(board, period)
    return Funnel(period, _bands(board, steps, lines), lines)


def steps_of(board: Board) -> list[Step]:
    """The steps of the journey, in order: the open lifecycle, onboarding, renewal, what comes after, expansion."""
    pipelines = board.blueprint.pipelines
    spine = [stage for p in pipelines if p.purpose == "lifecycle" for stage in p.stages]
    spine = [stage for stage in spine if stage.category in ("open", "won")]
    ahead = next((place for place, stage in enumerate(spine) if stage.category == "won"), len(spine)) + 1
    meaning: dict[str, list[UUID]] = {}
    for pipeline in pipelines:
        if pipeline.purpose in ("lifecycle", "sales"):
            for stage in pipeline.stages:
                meaning.setdefault(stage.lifecycle_stage, []).append(stage.id)

    def whole(stage: StageTerms) -> Step:
        return Step(stage.key, stage.label, stage.team, tuple(meaning[stage.lifecycle_stage]))

    found = [whole(stage) for stage in spine[:ahead]]
    found += [step for purpose in ("onboarding", "renewal") for step in _ends(pipelines, purpose)]
    found += [whole(stage) for stage in spine[ahead:]]
    return found + _ends(pipelines, "expansion")


def _ends(pipelines: tuple[PipelineTerms, ...], purpose: str) -> list[Step]:
    """Of a side path: the first stage of each team, and what is won."""
    found, teams = [], set()
    for pipeline in (each for each in pipelines if each.purpose == purpose):
        for stage in pipeline.stages:
            is_first = stage.is_open and stage.team not in teams
            if is_first or stage.category == "won":
                label = f"{pipeline.label}: {stage.label.lower()}"
                found.append(Step(f"{pipeline.key}.{stage.key}", label, stage.team, (stage.id,)))
            teams.add(stage.team)
    return found


def near(board: Board, days: Days, moment: str, day: str) -> dict[str, Fragment | str]:
    """The places of a statement that say which days are asked."""
    return {"near": days.near(moment, board.zone), "days": Fragment(*days.on(day))}


def counted(board: Board, period: Period, steps: list[Step]) -> list[Step]:
    days = Days.between(period.first, period.last)
    pairs = [(place, stage_id) for place, step in enumerate(steps) for stage_id in step.stage_ids]
    rows = JOURNEYS_BY_STEP.fill(**near(board, days, "s.entered_at", "entry.day")).rows(
        zone=str(board.zone), places=[place for place, _ in pairs], stages=[stage_id for _, stage_id in pairs]
    )
    counts = {place: count for place, count in rows}
    found = [replace(step, count=counts.get(place, 0)) for place, step in enumerate(steps)]
    before = [0, *(step.count for step in found)]
    return [replace(step, rate=ratio(step.count, former)) for step, former in zip(found, before, strict=False)]


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


def _bands(board: Board, steps: list[Step], lines: tuple[FunnelLine, ...]) -> tuple[Band, ...]:
    """Teams in the order the seams join them; a side path that comes back stands in the team's last band."""
    chain: list[tuple[str, FunnelLine | None]] = []
    for line in lines:
        if chain and chain[-1][0] == line.seam.from_function and chain[-1][1] is None:
            chain[-1] = (chain[-1][0], line)
        else:
            chain.append((line.seam.from_function, line))
        chain.append((line.seam.to_function, None))
    chain += [(f, None) for f in dict.fromkeys(s.function for s in steps) if f not in {name for name, _ in chain}]
    placed: list[list[Step]] = [[] for _ in chain]
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
