"""Figures laid out for the pages: words, tones and the data of charts. No query, no decision."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from blueprint.schema import MetricTerms
from core.figures import money_to_the_cent, number, percent
from scorecard.metric_query import MetricQuery
from scorecard.queries import Behind, Board, FunnelLine, Measured, MetricCard, Scorecard
from scorecard.queries.rows_behind import PARTS, part_counts
from scorecard.rules import wording
from scorecard.rules.declarations import DECLARATIONS
from scorecard.rules.periods import CHOICES, STEPS, axis, label_of
from scorecard.rules.totals import Figure

TONES = {True: "success", False: "error", None: "neutral"}
BANDS = {"in": ("success", "check", "In band"), "out": ("error", "triangle-alert", "Out of band")}
MOST_COURSES = 6  # lines a chart can tell apart


def choices(board: Board, asked: MetricQuery, segments: list[str], values: list[str]) -> dict[str, Any]:
    """What the bar above a page offers."""
    return {
        "asked": asked,
        "periods": CHOICES,
        "segments": [(segment, board.segment_label(segment)) for segment in segments],
        "segment_label": board.segment_label(asked.segment) if asked.segment else "",
        "values": values,
    }


def card(board: Board, one: MetricCard) -> dict[str, Any]:
    """A metric as a card and as a row of the table."""
    metric, currency = one.metric, board.workspace.currency
    spark = [wording.charted(value, metric.unit) for value in one.spark]
    better = one.delta.is_better if one.delta else None
    tone, icon, label = BANDS.get(one.band, ("neutral", "", ""))
    return {
        "metric": metric,
        "shown": wording.shown(one.figure.value, metric.unit, currency),
        "exact": wording.exact(one.figure.value, metric.unit, currency),
        "failing": one.failing,
        "made_of": "" if one.failing else _made_of(board, metric, one.figure),
        "before": wording.shown(one.before.value, metric.unit, currency) if one.before else wording.DASH,
        "moved": wording.moved(one.delta, metric.unit),
        "moved_tone": TONES[better],
        "moved_icon": ""
        if better is None
        else "trending-up"
        if one.delta and one.delta.absolute > 0
        else "trending-down",
        "target": "" if metric.target is None else wording.shown(metric.target, metric.unit, currency),
        "target_sign": "≥" if metric.direction == "up" else "≤",
        "band": one.band,
        "band_tone": tone,
        "band_icon": icon,
        "band_label": label,
        "spark": json.dumps(spark) if sum(point is not None for point in spark) > 1 else "",
        "owner": one.owner,
        "fell": [pull.label for pull in one.fell],
        "usual": "" if one.failing else wording.usual(metric.key, metric.kind),
    }


def _made_of(board: Board, metric: MetricTerms, figure: Figure) -> str:
    is_counted = metric.parameters.get("by") == "count"
    return wording.made_of(metric.kind, figure, board.workspace.currency, is_counted=is_counted)


def courses_chart(found: Scorecard) -> dict[str, Any] | None:
    """The shares among the headline metrics over time."""
    shares = [one for one in found.headline if one.metric.unit == "ratio" and any(v is not None for v in one.spark)]
    if not shares:
        return None
    step = found.period.step
    return {
        "x": axis(found.period.buckets(step), step),
        "series": [
            {"name": one.metric.label, "data": [wording.charted(value, "ratio") for value in one.spark]}
            for one in shares[:MOST_COURSES]
        ],
        "unit": "%",
    }


def matrix(board: Board, found: Scorecard) -> dict[str, Any]:
    """The values of a segment against the headline metrics."""
    metrics = [one.metric for one in found.headline] or [one.metric for one in found.cards]
    return {
        "metrics": metrics,
        "rows": [
            {
                "value": value,
                "cells": [
                    wording.shown(
                        figures[metric.key].value if metric.key in figures else None,
                        metric.unit,
                        board.workspace.currency,
                    )
                    for metric in metrics
                ],
            }
            for value, figures in found.matrix[:100]
        ],
        "more": max(0, len(found.matrix) - 100),
    }


def metric_page(board: Board, found: Measured, asked: MetricQuery) -> dict[str, Any]:
    """Everything on a metric's page."""
    metric, currency = found.metric, board.workspace.currency
    parts = {} if found.failing else part_counts(metric.kind, found.figure)
    tone, icon, label = BANDS.get(found.band, ("neutral", "", ""))
    return {
        "found": found,
        "metric": metric,
        "card": card(
            board,
            MetricCard(
                metric, found.figure, found.before, found.delta, found.band, (), found.owner, found.fell, found.failing
            ),
        ),
        "band": (tone, icon, label),
        "facts": _facts(found.figure, metric.kind, metric.unit, currency),
        "inputs": wording.inputs_shown(found.figure.inputs, currency),
        "inputs_before": dict(wording.inputs_shown(found.before.inputs if found.before else None, currency)),
        "fell": [(pull.label, percent(pull.share, 0)) for pull in found.fell],
        "trend": _trend(board, found),
        "trend_kind": "bar" if _is_scattered([each.figure.value for each in found.trend]) else "trend",
        "parameters": _parameters(board, metric),
        "trend_rows": [
            (label_of(each.period, found.step), wording.shown(each.figure.value, metric.unit, currency), each.figure)
            for each in reversed(found.trend)
            if each.figure.value is not None
        ],
        "parts": [
            (part, name, parts.get(part)) for part, name in ({} if found.failing else PARTS[metric.kind]).items()
        ],
        "slices": [
            {
                "value": part.value,
                "shown": wording.shown(part.figure.value, metric.unit, currency),
                "made_of": _made_of(board, metric, part.figure),
                "tone": BANDS.get(part.band, ("neutral", "", ""))[0],
                "band": part.band,
            }
            for part in found.slices[:200]
        ],
        "by_chart": _by_chart(board, found),
        "by_label": board.segment_label(asked.by) if asked.by else "",
        "spread": _spread(found, metric.kind),
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
    declared = DECLARATIONS.get(metric.kind)
    fields = declared.parameters.model_fields.items() if declared else ()
    words = {field.alias or name: field.title for name, field in fields}
    return [
        (words.get(key) or key.replace("_", " ").capitalize(), names.get(str(value), str(value)))
        for key, value in metric.parameters.items()
    ]


def _facts(figure: Figure, kind: str, unit: str, currency: str) -> list[tuple[str, str]]:
    """The numbers beside the value."""
    told: list[tuple[str, str]] = []
    length = "minutes" if kind in ("acceptance", "acted", "attainment", "first_touch", "leakage") else "days"
    if kind == "aging":
        told.append(("Open now", number(figure.open_count)))
    if figure.median is not None:
        of = {
            "aging": "Past stays: ",
            "velocity": "Sales cycle: ",
            "conversion": "Time to convert: ",
            "acceptance": "Time to answer: ",
        }.get(kind, "")
        told += [
            (f"{of}median".capitalize(), wording.shown(figure.median, length)),
            ("90th percentile", wording.shown(figure.p90, length)),
            ("Mean", wording.shown(figure.mean, length)),
        ]
    if kind == "first_touch":
        told.append(("Not yet touched", number(figure.aside)))
        if figure.denominator:
            told.append(("Touched in time", wording.shown(figure.numerator / figure.denominator, "ratio")))
    if kind == "average_deal":
        told.append(("Won amount", money_to_the_cent(figure.numerator, currency)))
    if rounded := wording.exact(figure.value, unit, currency):
        told.append(("To the cent", rounded))
    return told


def _trend(board: Board, found: Measured) -> dict[str, Any] | None:
    unit = found.metric.unit
    points = [wording.charted(each.figure.value, unit) for each in found.trend]
    if not any(point is not None for point in points):
        return None
    series = [{"name": found.metric.label, "data": points}]
    if found.metric.kind in ("cycle", "first_touch"):
        other = "Median" if found.metric.kind == "cycle" else "90th percentile"
        series[0]["name"] = "Mean" if found.metric.kind == "cycle" else "Median"
        figures = [each.figure.median if found.metric.kind == "cycle" else each.figure.p90 for each in found.trend]
        series.append({"name": other, "data": [wording.charted(value, unit) for value in figures]})
    return {
        "x": axis([each.period for each in found.trend], found.step),
        "series": series,
        "unit": wording.chart_unit(unit, board.workspace.currency),
        "target": wording.charted(found.metric.target, unit),
    }


def _by_chart(board: Board, found: Measured) -> dict[str, Any] | None:
    shown = [part for part in found.slices if part.figure.value is not None][:12]
    if len(shown) < 2:
        return None
    unit = found.metric.unit
    return {
        "x": [part.value for part in shown],
        "series": [{"name": found.metric.label, "data": [wording.charted(part.figure.value, unit) for part in shown]}],
        "unit": wording.chart_unit(unit, board.workspace.currency),
        "along": "y",
    }


def _spread(found: Measured, kind: str) -> dict[str, Any] | None:
    if len(found.spread) < 2:
        return None
    in_minutes = kind in ("acceptance", "acted", "attainment", "first_touch", "leakage")

    def name(low: int, high: int) -> str:
        if in_minutes:
            return f"{wording.span(low)} –" if high > low else wording.span(low)
        return f"{low}–{high}" if high > low else str(low)

    return {
        "x": [name(bar.low, bar.high) for bar in found.spread],
        "series": [{"name": "Records", "data": [bar.count for bar in found.spread]}],
        "of": "from" if in_minutes else "days",
    }


def line(one: FunnelLine) -> dict[str, Any]:
    """A seam as it stands between two teams."""
    return {
        "line": one,
        "conversion": wording.shown(one.conversion, "ratio"),
        "speed": wording.shown(one.median_minutes, "minutes"),
    }


def behind(board: Board, found: Behind) -> dict[str, Any]:
    """The rows behind a number."""
    unit = found.metric.unit
    length = "minutes" if any(row.handoff for row in found.rows) else "days"
    return {
        "found": found,
        "metric": found.metric,
        "parts": PARTS[found.metric.kind],
        "rows": [
            {
                "row": row,
                "measure": "" if row.measure is None else wording.shown(Decimal(row.measure), length),
                "counts": _counts(found, row),
            }
            for row in found.rows
        ],
        "unit": unit,
        "has_handoffs": any(row.handoff for row in found.rows),
        "has_measure": any(row.measure is not None for row in found.rows),
        "has_counts": any(_counts(found, row) for row in found.rows),
        "length_label": "Age" if found.part in ("open", "late") else "Took",
        "has_cause": any(row.cause for row in found.rows),
    }


def _counts(found: Behind, row: Any) -> tuple[str, str] | None:
    """How the row counts, as tone and word."""
    if found.metric.kind in ("average_deal", "cycle", "sourced", "aging") or found.part in ("open", "late"):
        return None
    names = PARTS[found.metric.kind]
    if row.numerator:
        is_good = found.metric.kind != "leakage"
        return ("success" if is_good else "error", names["numerator"])
    return ("neutral", names.get("missed", "Not counted"))
