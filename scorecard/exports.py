"""The same numbers as files. Text that a spreadsheet would run as a formula is made plain text."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import StringIO
from typing import Any

from scorecard.queries import Behind, Measured, Scorecard
from scorecard.rules.periods import Period
from scorecard.rules.totals import Figure
from scorecard.rules.wording import plain

FORMULA = tuple("=+-@\t\r＝＋－＠")  # the full-width ones are meant
FIGURES = ("value", "numerator", "denominator", "aside", "open", "mean", "median", "p90")
MOST_ROWS = 100_000


def cell(value: Any) -> str:
    """A cell: numbers as they are, text never as a formula (also when blanks stand before it)."""
    if isinstance(value, int | Decimal) or value is None:
        return plain(value)
    text = str(value)
    return f"'{text}" if text.lstrip(" \u00a0\u3000\n\ufeff").startswith(FORMULA) else text


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table as CSV."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([cell(value) for value in row] for row in rows)
    return out.getvalue()


def _figures(figure: Figure | None) -> list[Any]:
    if figure is None:
        return [None] * len(FIGURES)
    f = figure
    return [f.value, f.numerator, f.denominator, f.aside, f.open_count, f.mean, f.median, f.p90]


def _span(period: Period) -> list[str]:
    return [period.first.isoformat(), period.last.isoformat()]


def scorecard_csv(found: Scorecard) -> str:
    """Every metric of the period on a line, with the period before."""
    header = ["metric", "label", "version", "from", "to", "segment", "segment_value", "unit", *FIGURES]
    header += ["target", "band", "value_before", "owner", "failing"]
    return as_csv(
        header,
        (
            [
                *(card.metric.key, card.metric.label, card.metric.definition_version),
                *_span(found.period),
                *(found.segment if found.segment_value else "", found.segment_value, card.metric.unit),
                *_figures(card.figure),
                *(card.metric.target, card.band, card.before.value if card.before else None, card.owner),
                card.failing,
            ]
            for card in found.cards
        ),
    )


def metric_csv(found: Measured, by: str) -> str:
    """The whole period first, then every value of the segment `by`, then the trend."""

    def line(period: Period, segment: str, value: str, figure: Figure) -> list[Any]:
        metric = found.metric
        return [metric.key, metric.definition_version, *_span(period), segment, value, metric.unit, *_figures(figure)]

    rows = [line(found.period, found.segment, found.segment_value, found.figure)]
    rows += [line(found.period, by, part.value, part.figure) for part in found.slices]
    rows += [line(each.period, found.segment, found.segment_value, each.figure) for each in found.trend]
    return as_csv(["metric", "version", "from", "to", "segment", "segment_value", "unit", *FIGURES], rows)


def rows_csv(found: Behind) -> str:
    """The rows behind a number."""
    header = ["day", "record", "name", "kind", "stage", "owner", "amount", "currency", "handoff"]
    header += ["numerator", "denominator", "aside", "measure", "cause", "is_testimony"]
    return as_csv(
        header,
        (
            [
                *(row.day.isoformat(), row.number, row.name, row.kind, row.stage, row.owner, row.amount, row.currency),
                *(row.handoff, row.numerator, row.denominator, row.aside, row.measure, row.cause),
                "yes" if row.is_testimony else "",
            ]
            for row in found.rows
        ),
    )
