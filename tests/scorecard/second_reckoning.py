"""Every figure of the scorecard a second time, from the rows of made-up companies, without a statement.

`python -m tests.scorecard.reckon_many --companies 5000` reckons many; the tests reckon some.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from math import ceil
from typing import Any

from blueprint.schema import MetricTerms
from scorecard.queries.readings import courses
from scorecard.queries.unfolded import NOTHING_FOLDED
from scorecard.rules.periods import Period
from scorecard.rules.totals import Figure
from scorecard.segments import AND
from tests.scorecard.reckoned_history import Counted
from tests.scorecard.reckoned_world import OF_MEASURES, OF_SAMPLES, World

PLACES = Decimal("0.000001")
# What is about no company: read by these segments, of all companies together.
TOGETHER = {"quiet": (), "costs": ("source", "currency"), "emergencies": ("owner",), "cost_of_revenue": ("source",)}
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
        counted, amounts = first.denominator + second.denominator, first.amounts + second.amounts
        found[name] = Said(rounded(value), denominator=counted, amounts=amounts)
    return found
