"""The data of charts, and the small ones that are read side by side. No query."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from blueprint.schema import MetricTerms
from core.figures import span
from scorecard.kinds import kind_of
from scorecard.queries.cards import Bucket
from scorecard.queries.former import FormerDefinition
from scorecard.queries.headline import Scorecard
from scorecard.queries.marks import Mark
from scorecard.queries.measured import Measured
from scorecard.rules import wording
from scorecard.rules.periods import axis


@dataclass(frozen=True)
class Multiple:
    """One of several small charts that are read side by side."""

    name: str
    chart: dict[str, Any]
    metric: MetricTerms
    trend: Sequence[Bucket]


def share_multiples(found: Scorecard) -> list[Multiple]:
    """The shares among the headline metrics over time, each in a small chart of its own, all on one scale."""
    step = found.period.step
    courses = [(card.metric, card.metric.label, card.trend) for card in found.headline if card.metric.unit == "ratio"]
    return multiples(courses, axis(found.period.buckets(step), step), "%")


def multiples(courses: Sequence[tuple[MetricTerms, str, Sequence[Bucket]]], x: list[str], unit: str) -> list[Multiple]:
    """Courses with something to see, drawn on one scale so that heights compare."""
    drawn = [
        (metric, name, trend, _course(metric, name, trend))
        for metric, name, trend in courses
        if any(bucket.figure.value is not None for bucket in trend)
    ]
    seen = [value for *_, course in drawn for value in course["data"] if value is not None]
    scale = {"most": max(seen), "least": min(seen)} if seen else {}
    return [
        Multiple(name, {"x": x, "series": [course], "unit": unit, **scale}, metric, trend)
        for metric, name, trend, course in drawn
    ]


def _course(metric: MetricTerms, name: str, trend: Sequence[Bucket], what: str = "value") -> dict[str, Any]:
    """One line of a trend: its values, how many are settled, and what the hover says beside each."""
    sample = kind_of(metric).sample
    notes = [
        (sample(metric, bucket.figure), wording.settling(is_running=bucket.is_running, is_ripe=bucket.is_ripe))
        for bucket in trend
    ]
    return {
        "name": name,
        "data": [wording.charted(getattr(bucket.figure, what), metric.unit) for bucket in trend],
        "settled": sum(bucket.is_settled for bucket in trend),
        "notes": [", ".join(filter(None, note)) for note in notes],
    }


def trend_chart(found: Measured, currency: str) -> dict[str, Any] | None:
    if all(bucket.figure.value is None for bucket in (*found.trend, *found.trend_beside)):
        return None
    metric = found.metric
    curves = kind_of(metric).curves or ((metric.label, "value"),)
    if found.beside_value:
        curves = ((found.segment_value, "value"),)
    return {
        "x": axis([bucket.period for bucket in found.trend], found.step),
        "series": [*(_course(metric, name, found.trend, what) for name, what in curves), *_second_lines(found)],
        "unit": wording.chart_unit(metric.unit, currency),
        "target": wording.charted(metric.target, metric.unit),
        "marks": _marks(found),
    }


def _second_lines(found: Measured) -> Iterator[dict[str, Any]]:
    """The other value of the segment, and the course of the days somebody chose to compare with, point by point."""
    if found.beside_value:
        yield _course(found.metric, found.beside_value, found.trend_beside)
    if found.compared.is_chosen and found.compared.period:
        before = found.trend_before[: len(found.trend)]
        yield {**_course(found.metric, _first_large(found.compared.label), before), "is_quiet": True}
    for was in found.former:
        yield {**_former(was), "is_quiet": True}


def _former(was: FormerDefinition) -> dict[str, Any]:
    """The line of a former definition, as far as it was in force."""
    values = [figure.value if figure else None for figure in was.trend]
    sample = kind_of(was.metric).sample
    return {
        "name": f"As defined until {was.superseded_on:%-d %b %Y}",
        "data": [wording.charted(value, was.metric.unit) for value in values],
        "settled": len(values),
        "notes": ["" if figure is None else sample(was.metric, figure) for figure in was.trend],
    }


def _first_large(words: str) -> str:
    return words[:1].upper() + words[1:]


def _marks(found: Measured) -> list[dict[str, Any]]:
    """Where on the axis something happened meanwhile; several at one point are one mark."""
    by_point: dict[int, list[Mark]] = {}
    for mark in found.marks:
        point = next(i for i, bucket in enumerate(found.trend) if mark.day <= bucket.period.last)
        by_point.setdefault(point, []).append(mark)
    return [
        {
            "at": point,
            "name": ", ".join(dict.fromkeys(mark.short for mark in marks)),
            "is_strong": any(mark.is_definition for mark in marks),
        }
        for point, marks in by_point.items()
    ]


def axis_words(found: Measured, currency: str) -> str:
    """What the values of an axis are in, where it does not say so itself."""
    in_words = {"money": currency, "money_per_day": f"{currency} a day", "days": "days"}
    return f"in {in_words[found.metric.unit]}" if found.metric.unit in in_words else ""


def trend_words(found: Measured, currency: str) -> str:
    """What is to be known about the drawing of a trend."""
    words = list(filter(None, [f"By {found.step}", axis_words(found, currency)]))
    if found.metric.target is not None:
        words.append("the dashed line across is the target")
    if found.former:
        words.append("what the former definition said stands beside it")
    if found.settled < len(found.trend):
        words.append("what is hollow may still move")
    return ", ".join(words)


def is_scattered(values: Sequence[Any]) -> bool:
    """Whether a line could not show some point, because it has no neighbour."""
    told = [False, *(value is not None for value in values), False]
    return any(told[i] and not told[i - 1] and not told[i + 1] for i in range(1, len(told) - 1))


def by_chart(found: Measured, currency: str) -> dict[str, Any] | None:
    compared = [part for part in found.slices if part.figure.value is not None][:12]
    if len(compared) < 2:
        return None
    metric = found.metric
    series = {
        "name": metric.label,
        "data": [wording.charted(part.figure.value, metric.unit) for part in compared],
        "notes": [kind_of(metric).sample(metric, part.figure) for part in compared],
    }
    unit = wording.chart_unit(metric.unit, currency)
    return {"x": [part.value for part in compared], "series": [series], "unit": unit, "along": "y"}


def spread_chart(found: Measured) -> dict[str, Any] | None:
    if len(found.spread) < 2:
        return None
    length = kind_of(found.metric).measures
    in_minutes = length == "minutes"

    def name(low: int, high: int) -> str:
        if in_minutes:
            return f"{span(low)} –" if high > low else span(low)
        return f"{low}–{high}" if high > low else str(low)

    return {
        "x": [name(bar.low, bar.high) for bar in found.spread],
        "series": [{"name": "Records", "data": [bar.count for bar in found.spread]}],
        "of": "from" if in_minutes else length,
    }


def curve_chart(found: Measured) -> dict[str, Any] | None:
    """The cumulative curve of a conversion."""
    if found.cohorts is None or len(found.cohorts.curve) < 2:
        return None
    points = found.cohorts.curve
    series = {
        "name": "Converted",
        "data": [wording.charted(point.share, "ratio") for point in points],
        "notes": [f"of {point.entered} that are so old" for point in points],
    }
    return {"x": [f"{point.age} d" for point in points], "series": [series], "unit": "%"}
