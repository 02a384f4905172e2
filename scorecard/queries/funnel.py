"""The whole journey on one page: what entered each step in the period, and the seams between the teams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.errors import BadInput
from scorecard.queries.boards import Board
from scorecard.queries.funnel_counts import FunnelCounts
from scorecard.queries.funnel_losses import losses
from scorecard.queries.seam_lines import FunnelLine, SeamLines
from scorecard.queries.unfolded import unfolded
from scorecard.rules.counting import Counting, together
from scorecard.rules.funnel_cohorts import MOVED, SPLITS, FunnelLoss, FunnelSplit, FunnelStep
from scorecard.rules.periods import Period


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
    steps: tuple[FunnelStep, ...]
    bands: tuple[Band, ...]
    lines: tuple[FunnelLine, ...]
    counting: Counting | None = None
    """How far the counting of the steps and the seams is, where it goes on."""
    cohort: str = MOVED
    by: str = ""
    split: tuple[FunnelSplit, ...] = ()
    """The same steps for each value of what it is split by, the most journeys first."""
    loss: FunnelLoss | None = None
    filters: tuple[tuple[str, str], ...] = ()
    """What its journeys and the offers of its seams are narrowed by."""
    failing: str = ""
    """Why its steps cannot be counted, where they cannot."""
    seams_failing: str = ""
    """The same of its seams."""

    @property
    def most(self) -> int:
        """The longest bar: all have one scale."""
        return max([1, *(step.count for step in self.steps)])

    @property
    def most_of_split(self) -> int:
        return max([1, *(step.count for part in self.split for step in part.steps)])

    @property
    def has_money(self) -> bool:
        return any(step.worth for step in self.steps)

    @property
    def is_empty(self) -> bool:
        return (
            not self.counting
            and not self.failing
            and not self.seams_failing
            and not any(step.count for step in self.steps)
            and not any(line.offered or line.open_count for line in self.lines)
        )


def funnel(board: Board, period: Period, *, cohort: str = MOVED, by: str = "") -> Funnel:
    """First touch to renewal and referral of the journeys that the filters of the board keep, in six queries, two more
    where it is split or narrowed, and four more where the newest days are not folded yet. Raises BadInput."""
    if by and by not in SPLITS:
        raise BadInput(f"The funnel is not split by {by}.", field="by", facts={"segments": list(SPLITS)})
    tail = unfolded(board)
    asked, seams = FunnelCounts(board, period, cohort, by, tail=tail), SeamLines(board, period, tail)
    steps, lines = asked.steps(), seams.all()
    loss, split = losses(board, period, cohort, steps, asked.split() if by else (), by, tail)
    counting = together(each.counting for each in (asked, seams) if each.counting)
    found = Funnel(period, steps, _bands(board, steps, lines), lines, counting, cohort, by, split, loss)
    return replace(found, filters=board.filters, failing=asked.failing, seams_failing=seams.failing)


def _bands(board: Board, steps: Sequence[FunnelStep], lines: tuple[FunnelLine, ...]) -> tuple[Band, ...]:
    """Teams in the order the seams join them; a side path stands at the seam that it comes to, else in the team's last
    band."""
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
        is_aside = bool(dot) and pipeline in side
        at_its_seam = _at_its_seam(chain, step, pipeline if is_aside else "")
        placed[(last if is_aside else first)[step.function] if at_its_seam is None else at_its_seam].append(step)
    return tuple(
        Band(function, board.blueprint.function_label(function), tuple(found), line)
        for (function, line), found in zip(chain, placed, strict=True)
    )


def _at_its_seam(chain: Sequence[tuple[str, FunnelLine | None]], step: FunnelStep, side: str) -> int | None:
    """The band of the seam that the step's own stage triggers, or that its side path comes to; None where none does."""
    for place, (function, line) in enumerate(chain):
        if line and line.seam.trigger_stage_id in step.stage_ids and step.function == function:
            return place
        if line and side and line.seam.trigger.startswith(f"{side}/") and step.function == line.seam.to_function:
            return place + 1
    return None
