"""What a metric's sums mean: the value, its median and 90th percentile, and whether it is in band.

Sums add up over days and over segments; a value never does. So everything is kept as sums and turned into a value last.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Context, Decimal
from math import ceil

ZERO = Decimal(0)
EPOCH = date(2000, 1, 1)  # entry days are summed as days since then, so that ages can be had from two sums
PLACES = Decimal("0.000001")
DIGITS = Context(prec=60)  # those of the largest amounts, and six more


@dataclass(frozen=True)
class Totals:
    """Sums of a metric over days. `distribution`: value (whole days or minutes) → how many.

    `aside` is counted beside: the won amount of velocity, the untouched handoffs of first touch. `stock` is how many
    more records are open than before; `stock_days` the sum of their entry days (days since EPOCH). Of a share of money
    `stock` is how many rows are in the numerator. `amounts` is how many amounts of money were added, `unconverted` how
    many could not be: they have no rate.
    """

    numerator: Decimal = ZERO
    denominator: Decimal = ZERO
    aside: Decimal = ZERO
    stock: Decimal = ZERO
    stock_days: Decimal = ZERO
    amounts: int = 0
    unconverted: int = 0
    distribution: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class PartRows:
    """How many rows a part of a metric has, and what they add up to."""

    number: int = 0
    numerator: Decimal = ZERO
    denominator: Decimal = ZERO


def summed(parts: Iterable[Totals]) -> Totals:
    numerator = denominator = aside = stock = stock_days = ZERO
    amounts = unconverted = 0
    distribution: dict[int, int] = {}
    for part in parts:
        numerator += part.numerator
        denominator += part.denominator
        aside += part.aside
        stock += part.stock
        stock_days += part.stock_days
        amounts += part.amounts
        unconverted += part.unconverted
        for value, count in part.distribution.items():
            distribution[value] = distribution.get(value, 0) + count
    return Totals(numerator, denominator, aside, stock, stock_days, amounts, unconverted, distribution)


def less(totals: Totals) -> Totals:
    """What takes these sums away where it is added."""
    return Totals(
        numerator=-totals.numerator,
        denominator=-totals.denominator,
        aside=-totals.aside,
        stock=-totals.stock,
        stock_days=-totals.stock_days,
        amounts=-totals.amounts,
        unconverted=-totals.unconverted,
        distribution={value: -count for value, count in totals.distribution.items()},
    )


@dataclass(frozen=True)
class Inputs:
    """The four inputs of pipeline velocity, not rounded; None where nothing has closed yet."""

    open_deals: Decimal
    win_rate: Decimal | None
    average_deal: Decimal | None
    cycle_days: Decimal | None

    @property
    def product(self) -> Decimal | None:
        """Open deals × win rate × average won deal ÷ cycle length: money per day, not rounded. A cycle under a day
        counts as one."""
        if self.win_rate is None or self.average_deal is None or self.cycle_days is None:
            return None
        return self.open_deals * self.win_rate * self.average_deal / max(self.cycle_days, Decimal(1))

    @property
    def velocity(self) -> Decimal | None:
        """The product, to be shown."""
        return None if self.product is None else exact(self.product)


@dataclass(frozen=True)
class Ingredient:
    """The value of a metric that another one is reckoned from."""

    key: str
    label: str
    unit: str
    figure: Figure

    @property
    def value(self) -> Decimal | None:
        return self.figure.value


@dataclass(frozen=True)
class Figure:
    """What a metric says for a period and a segment. `mean`, `median`, `p90` and `maximum` where it has a
    distribution."""

    value: Decimal | None
    numerator: Decimal
    denominator: Decimal
    aside: Decimal = ZERO
    open_count: Decimal = ZERO
    mean: Decimal | None = None
    median: Decimal | None = None
    p90: Decimal | None = None
    inputs: Inputs | None = None
    maximum: Decimal | None = None
    amounts: int = 0
    unconverted: int = 0
    ingredients: tuple[Ingredient, ...] = ()
    """The metrics that it is reckoned from."""
    unrounded: Decimal | None = None
    """The value as it is, to calculate further with."""

    @property
    def counts_anything(self) -> bool:
        """Whether anything stands behind it, also where amounts come to nothing."""
        return any((self.numerator, self.denominator, self.aside, self.open_count, self.amounts, self.unconverted))


NO_FIGURE = Figure(None, ZERO, ZERO)  # of a metric that cannot be counted


def exact(value: Decimal) -> Decimal:
    """Six decimals: what pages, API and CSV all start from."""
    return value.quantize(PLACES, context=DIGITS)


def quotient(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """Part ÷ whole as it is, to calculate further with; None when there is nothing to divide by."""
    return Decimal(part) / Decimal(whole) if whole else None


def ratio(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """Part ÷ whole, to be shown; None when there is nothing to divide by."""
    return exact(Decimal(part) / Decimal(whole)) if whole else None


def mean_of(distribution: Mapping[int, int]) -> Decimal | None:
    """The mean of value → count, as it is; None of nothing."""
    return quotient(sum(value * count for value, count in distribution.items()), sum(distribution.values()))


def quantile(distribution: Mapping[int, int], share: Decimal) -> Decimal | None:
    """The exact quantile of value → count: the median is the mean of the middle two, others the nearest rank up."""
    counted = sorted((value, count) for value, count in distribution.items() if count > 0)
    total = sum(count for _, count in counted)
    if not total:
        return None
    if share == Decimal("0.5") and total % 2 == 0:
        return exact((Decimal(_ranked(counted, total // 2)) + _ranked(counted, total // 2 + 1)) / 2)
    return exact(Decimal(_ranked(counted, max(1, ceil(total * share)))))


def _ranked(counted: list[tuple[int, int]], rank: int) -> int:
    """The value of the rank-th (from 1) when all are written out in order."""
    seen = 0
    for value, count in counted:
        seen += count
        if seen >= rank:
            return value
    raise AssertionError("the rank lies beyond the distribution")


def band(value: Decimal | None, target: Decimal | None, direction: str) -> str:
    """`in` or `out` of band against the target; `none` without a value or a target."""
    if value is None or target is None:
        return "none"
    is_good = value >= target if direction == "up" else value <= target
    return "in" if is_good else "out"


@dataclass(frozen=True)
class Delta:
    """The change against the period before. `relative` is None where there was nothing to compare with."""

    absolute: Decimal
    relative: Decimal | None
    is_better: bool | None


def delta(value: Decimal | None, before: Decimal | None, direction: str) -> Delta | None:
    """How the value moved; None when either side is missing. No move is neither better nor worse."""
    if value is None or before is None:
        return None
    moved = exact(value - before)
    is_better = None if not moved else (moved > 0) == (direction == "up")
    return Delta(moved, ratio(moved, abs(before)), is_better)
