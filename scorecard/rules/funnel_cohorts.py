"""Which journeys a funnel counts, what it is split by, and where it loses most. No database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from scorecard.rules.totals import ZERO, ratio

MOVED, BEGAN = "moved", "began"
COHORTS = {MOVED: "Moved in the period", BEGAN: "Began in the period"}
SPLITS = {"source": "Source", "team": "Team", "owner": "Owner"}


@dataclass(frozen=True)
class FunnelCount:
    """How many journeys, what they are worth, and how many of them have money without a rate."""

    number: int = 0
    worth: Decimal = ZERO
    unconverted: int = 0

    def more(self, number: int, worth: Decimal, unconverted: int) -> FunnelCount:
        """These and so many more."""
        return FunnelCount(self.number + number, self.worth + worth, self.unconverted + int(unconverted))


@dataclass(frozen=True)
class FunnelStep:
    """One step of the journey: how many journeys came to it and what they are worth, as a share of the step before, and
    how many fewer they are. `metric` is the conversion from the step before to this one that has a `target`."""

    key: str
    label: str
    function: str
    stage_ids: tuple[UUID, ...]
    is_main: bool = False
    """On the way from the first touch to the first win."""
    count: int = 0
    worth: Decimal = ZERO
    unconverted: int = 0
    rate: Decimal | None = None
    lost: int | None = None
    target: Decimal | None = None
    metric: str = ""

    @property
    def is_below_target(self) -> bool:
        return self.target is not None and self.rate is not None and self.rate < self.target


@dataclass(frozen=True)
class FunnelCause:
    """Where to, and why, journeys were closed."""

    label: str
    count: int
    key: str
    """The path of the stage and the key of the reason."""

    @property
    def part(self) -> str:
        """What their rows are asked by."""
        return f"closed:{self.key}"


@dataclass(frozen=True)
class FunnelLoss:
    """The two steps between which most journeys are lost."""

    before: FunnelStep
    after: FunnelStep
    causes: tuple[FunnelCause, ...] = ()
    """What was closed from the step before."""
    explained_by: str | None = None
    """Whether its causes are of those that were lost (`began`), or of all that were closed in the period (`moved`);
    None where both are too many to look at."""

    @property
    def lost(self) -> int:
        return self.after.lost or 0

    @property
    def share(self) -> Decimal | None:
        """Of those that came to the step before."""
        return ratio(self.lost, self.before.count)


@dataclass(frozen=True)
class FunnelSplit:
    """The steps for one value of what the funnel is split by, and where most of it is lost."""

    value: str
    steps: tuple[FunnelStep, ...]
    loss: FunnelLoss | None = None


def with_counts(steps: Sequence[FunnelStep], counts: dict[str, FunnelCount]) -> tuple[FunnelStep, ...]:
    """The steps with what was counted of each, compared with the step before it."""
    found: list[FunnelStep] = []
    for step in steps:
        own, former = counts.get(step.key, FunnelCount()), found[-1].count if found else None
        found.append(
            replace(
                step,
                count=own.number,
                worth=own.worth,
                unconverted=own.unconverted,
                rate=ratio(own.number, former) if former is not None else None,
                lost=max(0, former - own.number) if former is not None else None,
            )
        )
    return tuple(found)


def largest_loss(steps: Sequence[FunnelStep]) -> FunnelLoss | None:
    """The largest loss on the way to the first win; none where nothing was lost."""
    pairs = [FunnelLoss(before, after) for before, after in zip(steps, steps[1:], strict=False) if after.is_main]
    worst = max(pairs, key=lambda loss: loss.lost, default=None)
    return worst if worst and worst.lost else None
