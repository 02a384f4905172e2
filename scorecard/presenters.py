"""Figures laid out for the pages: the data of charts, and what needs more than one value to say. No query."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import zip_longest
from typing import Any
from urllib.parse import parse_qsl

from blueprint.schema import MetricTerms, ReportingTerms, fields_of
from core.figures import number, percent, shown
from scorecard import chart_data
from scorecard.kinds import KINDS, kind_of
from scorecard.kinds.made_of_metrics import counted_for
from scorecard.kinds.metric_sources import AMOUNTS, DATES
from scorecard.metric_query import MetricQuery
from scorecard.queries.boards import Board
from scorecard.queries.cards import Bucket
from scorecard.queries.measured import Measured
from scorecard.queries.rows_behind import Behind, RowBehind
from scorecard.queries.why_moved import WhyMoved
from scorecard.rules import wording
from scorecard.rules.board_choices import MOST_FILTERS
from scorecard.rules.comparisons import COMPARISONS
from scorecard.rules.periods import CHOICES, STEPS, axis
from scorecard.rules.standpoint import READINGS
from scorecard.rules.totals import exact


def choices(board: Board, asked: MetricQuery) -> dict[str, Any]:
    """What the bar above a page offers."""
    return {
        "asked": asked,
        "currency": board.currency,
        "periods": CHOICES,
        "readings": READINGS,
        "comparisons": COMPARISONS,
        "segment_label": board.segment_label(asked.segment) if asked.segment else "",
        "query": asked.query(),
        "narrowed": [
            (segment, board.segment_label(segment), value, asked.without(segment).query())
            for segment, value in asked.all_filters
        ],
        "further_filters": asked.filter_fields.items(),
    }


def filters(board: Board, asked: MetricQuery, segments: Mapping[str, str]) -> dict[str, Any]:
    """What the form of filters offers. One query where a filter is being chosen."""
    taken = {segment for segment, _ in asked.all_filters}
    narrow = asked.narrow if asked.narrow in segments else ""
    return {
        "narrow": narrow,
        "narrow_label": segments.get(narrow, ""),
        "narrow_values": board.segment_values(narrow, asked.period) if narrow else (),
        "kept_fields": parse_qsl(asked.query()),
        "filter_segments": [(key, label) for key, label in segments.items() if key not in taken],
        "may_narrow": len(taken) < MOST_FILTERS,
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
        parts += [(each.key, each.label, None) for each in figure.ingredients]
        facts += [(each.label, shown(each.value, each.unit, currency)) for each in figure.ingredients]
        if exact := wording.exact(figure.value, metric.unit, currency):
            facts.append(("To the cent", exact))
        if found.by_the_clock:
            facts.append(("On the clock: median", shown(found.by_the_clock.median, kind.measures)))
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
        **_charts(board, found, asked),
        "parameters": _parameters(board, metric),
        "parts": parts,
        "reads_costs": any(part.kind == "cost" for part in counted_for([metric], board.blueprint)),
        "then_label": board.segment_label(asked.then) if asked.then else "",
        "by_label": board.segment_label(asked.by) if asked.by else "",
        "steps": STEPS,
        "segments_by": [(segment, board.segment_label(segment)) for segment in board.segments(metric)],
        "unit_name": wording.UNITS.get(metric.unit, metric.unit),
    }


def _charts(board: Board, found: Measured, asked: MetricQuery) -> dict[str, Any]:
    """The charts of a metric's page, each with what stands in its table."""
    metric, unit = found.metric, wording.chart_unit(found.metric.unit, board.currency)
    x = axis([bucket.period for bucket in found.trend], found.step)
    return {
        "trend": chart_data.trend_chart(found, board.currency),
        "trend_kind": "bar" if chart_data.is_scattered([bucket.figure.value for bucket in found.trend]) else "trend",
        "trend_words": chart_data.trend_words(found, board.currency),
        "axis_words": chart_data.axis_words(found, board.currency),
        "trend_rows": _side_by_side(found),
        "by_chart": chart_data.by_chart(found, board.currency),
        "multiples": chart_data.multiples([(metric, part.value, part.trend) for part in found.slices], x, unit),
        "values": [part.value for part in found.slices] if asked.by == asked.segment else [],
        "spread": chart_data.spread_chart(found),
        "curve": chart_data.curve_chart(found),
    }


def contributions(found: WhyMoved, currency: str) -> list[dict[str, str]]:
    """What each value of the segment did to the change, as it is read."""
    unit = found.metric.unit

    def told(value: Fraction | None) -> Decimal | None:
        return None if value is None else exact(Decimal(value.numerator) / Decimal(value.denominator))

    return [
        {
            "value": part.value,
            "weights": f"{percent(told(part.weight_before), 1)} → {percent(told(part.weight_now), 1)}",
            "rates": f"{shown(told(part.rate_before), unit, currency)} → {shown(told(part.rate_now), unit, currency)}",
            "mix": wording.effect(told(part.mix), unit, currency),
            "behaviour": wording.effect(told(part.behaviour), unit, currency),
        }
        for part in found.parts
    ]


def _parameters(board: Board, metric: MetricTerms) -> list[tuple[str, str]]:
    """A metric's parameters with stages, pipelines and seams by their names."""
    names = {path: stage.label for path, stage in board.blueprint.stages_by_path.items()}
    names |= {pipeline.key: pipeline.label for pipeline in board.blueprint.pipelines}
    names |= {seam.key: seam.label for seam in board.blueprint.seams}
    fields = KINDS[metric.kind].parameters.model_fields.items() if metric.kind in KINDS else ()
    words = {field.alias or name: field.title for name, field in fields}
    names |= DATES | AMOUNTS
    if metric.kind == "formula":
        labels = {each.key: each.label for each in board.blueprint.metrics}
        formula = str(metric.parameters["expression"])
        names[formula] = re.sub(r"\w+", lambda word: labels.get(word[0], word[0]), formula)
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


def _side_by_side(found: Measured) -> list[tuple[Bucket | None, Bucket | None, Bucket | None]]:
    """The points of the trend, the newest first, each with that of the second value and that of the days before."""
    before = found.trend_before[: len(found.trend)] if found.compared.is_chosen else ()
    rows = reversed(list(zip_longest(found.trend, found.trend_beside, before)))
    return [row for row in rows if any(point and point.figure.value is not None for point in row)]


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
        "has_money": any(row.amounts or row.unconverted for row in found.rows),
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
