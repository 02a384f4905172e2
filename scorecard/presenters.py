"""Figures laid out for the pages: the data of charts, and what needs more than one value to say. No query."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from blueprint.schema import MetricTerms, ReportingTerms, fields_of
from core.figures import number, percent, shown, span
from scorecard.kinds import KINDS, kind_of
from scorecard.kinds.metric_sources import AMOUNTS, DATES
from scorecard.metric_query import MetricQuery
from scorecard.queries.boards import Board
from scorecard.queries.headline import MetricCard, Scorecard
from scorecard.queries.measured import Measured
from scorecard.queries.rows_behind import Behind, RowBehind
from scorecard.rules import wording
from scorecard.rules.periods import CHOICES, STEPS, axis

MOST_COURSES = 6  # lines a chart can tell apart


def choices(board: Board, asked: MetricQuery) -> dict[str, Any]:
    """What the bar above a page offers."""
    return {
        "asked": asked,
        "currency": board.currency,
        "periods": CHOICES,
        "segment_label": board.segment_label(asked.segment) if asked.segment else "",
        "query": asked.query(),
    }


def courses_chart(found: Scorecard) -> dict[str, Any] | None:
    """The shares among the headline metrics over time."""
    shares = [card for card in found.headline if card.metric.unit == "ratio" and any(v is not None for v in card.spark)]
    if not shares:
        return None
    step = found.period.step
    series = [_course(card, card.metric.label, "value") for card in shares[:MOST_COURSES]]
    return {"x": axis(found.period.buckets(step), step), "series": series, "unit": wording.chart_unit("ratio", "")}


def _course(card: MetricCard, name: str, what: str) -> dict[str, Any]:
    """One line of a trend: its values, how many are settled, and what the hover says beside each."""
    metric = card.metric
    sample = kind_of(metric).sample
    notes = [
        (sample(metric, bucket.figure), wording.settling(is_running=bucket.is_running, is_ripe=bucket.is_ripe))
        for bucket in card.trend
    ]
    return {
        "name": name,
        "data": [wording.charted(getattr(bucket.figure, what), metric.unit) for bucket in card.trend],
        "settled": card.settled,
        "notes": [", ".join(filter(None, note)) for note in notes],
    }


def metric_page(board: Board, found: Measured, asked: MetricQuery) -> dict[str, Any]:
    """What a metric's page shows beside the figures themselves."""
    metric, figure, currency = found.metric, found.figure, board.currency
    facts, parts = [], []
    if not found.failing:
        kind = kind_of(metric)
        facts = kind.facts(figure, currency)
        counts = kind.part_counts(figure)
        parts = [(part, name, counts.get(part)) for part, name in kind.parts.items()]
        made_from = [(board.metric(key), value) for key, value in figure.made_from.items()]
        parts += [(part.key, part.label, None) for part, _ in made_from]
        facts += [(part.label, shown(value, part.unit, currency)) for part, value in made_from]
        if exact := wording.exact(figure.value, metric.unit, currency):
            facts.append(("To the cent", exact))
        if found.unconverted:
            named = ", ".join(f"{number(each.count)} in {each.currency}" for each in found.unconverted)
            facts.append(("Not added, without a rate", named))
    return {
        "found": found,
        "metric": metric,
        "facts": facts,
        "inputs": wording.inputs_shown(figure.inputs, currency),
        "inputs_before": dict(wording.inputs_shown(found.before.inputs if found.before else None, currency)),
        "fell": [(pull.label, percent(pull.share, 0)) for pull in found.fell],
        "trend": _trend(found, currency),
        "trend_kind": "bar" if _is_scattered([bucket.figure.value for bucket in found.trend]) else "trend",
        "trend_words": _trend_words(found),
        "parameters": _parameters(board, metric),
        "parts": parts,
        "by_chart": _by_chart(found, currency),
        "by_label": board.segment_label(asked.by) if asked.by else "",
        "spread": _spread(found),
        "steps": STEPS,
        "segments_by": [(segment, board.segment_label(segment)) for segment in board.segments(metric)],
        "unit_name": wording.UNITS.get(metric.unit, metric.unit),
    }


def _is_scattered(values: Sequence[Any]) -> bool:
    """Whether a line could not show some point, because it has no neighbour."""
    told = [False, *(value is not None for value in values), False]
    return any(told[i] and not told[i - 1] and not told[i + 1] for i in range(1, len(told) - 1))


def _parameters(board: Board, metric: MetricTerms) -> list[tuple[str, str]]:
    """A metric's parameters with stages, pipelines and seams by their names."""
    names = {path: stage.label for path, stage in board.blueprint.stages_by_path.items()}
    names |= {pipeline.key: pipeline.label for pipeline in board.blueprint.pipelines}
    names |= {seam.key: seam.label for seam in board.blueprint.seams}
    fields = KINDS[metric.kind].parameters.model_fields.items() if metric.kind in KINDS else ()
    words = {field.alias or name: field.title for name, field in fields}
    names |= DATES | AMOUNTS
    told = _sources(board, metric)
    return [
        (words.get(key) or key.replace("_", " ").capitalize(), names.get(str(value), str(value)))
        for key, value in metric.parameters.items()
    ] + told


def _sources(board: Board, metric: MetricTerms) -> list[tuple[str, str]]:
    """The lists of sources that the metric reads, and since which version they are so."""
    if metric.kind not in KINDS or not KINDS[metric.kind].reads_sources:
        return []
    reporting = board.blueprint.reporting
    lists = [(each.label, getattr(reporting, each.attribute)) for each in fields_of(ReportingTerms).values()]
    named = [(label, ", ".join(names)) for label, names in lists if names and isinstance(names, tuple)]
    return [*named, ("Version of the sources", str(reporting.sources_version))]


def _trend(found: Measured, currency: str) -> dict[str, Any] | None:
    if all(value is None for value in found.spark):
        return None
    metric = found.metric
    curves = kind_of(metric).curves or ((metric.label, "value"),)
    return {
        "x": axis([bucket.period for bucket in found.trend], found.step),
        "series": [_course(found, name, what) for name, what in curves],
        "unit": wording.chart_unit(metric.unit, currency),
        "target": wording.charted(metric.target, metric.unit),
    }


def _trend_words(found: Measured) -> str:
    """What is to be known about the drawing of a trend."""
    words = [f"By {found.step}"]
    if found.metric.target is not None:
        words.append("the dashed line across is the target")
    if found.settled < len(found.trend):
        words.append("what is hollow may still move")
    return ", ".join(words)


def _by_chart(found: Measured, currency: str) -> dict[str, Any] | None:
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


def _spread(found: Measured) -> dict[str, Any] | None:
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


def behind(found: Behind) -> dict[str, Any]:
    """The rows behind a number."""
    length = kind_of(found.counted).measures
    rows = [
        (
            row,
            "" if row.measure is None else shown(Decimal(row.measure), length),
            _counts(found, row),
            found.converted(row),
        )
        for row in found.rows
    ]
    return {
        "found": found,
        "metric": found.metric,
        "parts": found.parts,
        "rows": rows,
        "has_handoffs": any(row.handoff for row in found.rows),
        "has_measure": any(row.measure is not None for row in found.rows),
        "has_counts": any(counts for _, _, counts, _ in rows),
        "length_label": "Age" if found.part in ("open", "late") else "Took",
        "has_cause": any(row.cause for row in found.rows),
        "has_money": bool(kind_of(found.metric).money),
    }


def _counts(found: Behind, row: RowBehind) -> tuple[str, str] | None:
    """How the row counts, as tone and word."""
    kind = kind_of(found.counted)
    if not kind.is_split or found.part in ("open", "late"):
        return None
    if row.numerator:
        return ("success" if kind.is_numerator_good else "error", kind.parts["numerator"])
    if row.aside and not row.denominator:
        return ("neutral", kind.parts["aside"])
    return ("neutral", kind.parts.get("missed", "Not counted"))
