"""The same numbers as files. Text that a spreadsheet would run as a formula is made plain text."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from io import StringIO
from typing import Any

from django.http import HttpResponse

from core.http.growing import GrowingFile
from core.http.requests import ApiRequest, WorkspaceRequest
from scorecard.actions.exporting import note_export
from scorecard.queries.cards import MetricCard
from scorecard.queries.funnel import Funnel
from scorecard.queries.headline import Scorecard
from scorecard.queries.measured import Measured
from scorecard.rules.funnel_cohorts import FunnelStep
from scorecard.rules.pacing import Pace
from scorecard.rules.periods import Period
from scorecard.rules.totals import Figure

FORMULA = tuple("=+-@\t\r＝＋－＠")  # the full-width ones are meant
FIGURES = ("value", "numerator", "denominator", "aside", "unconverted", "open", "mean", "median", "p90")
RESTATED = ("restated", "restated_money")


def cell(value: Any) -> str:
    """A cell: numbers without thousands, exponent and needless zeros; text never as a formula, also behind blanks."""
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    text = "" if value is None else str(value)
    is_formula = not isinstance(value, int) and text.lstrip(" \u00a0\u3000\n\ufeff").startswith(FORMULA)
    return f"'{text}" if is_formula else text


class CsvFile(HttpResponse):
    """A table as a CSV file to keep; `name` and `lines` say what was handed out."""

    def __init__(self, name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        super().__init__(content_type="text/csv; charset=utf-8")
        self["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        self.name, self.lines = name, 0
        writer = csv.writer(self)
        writer.writerow(header)
        for row in rows:
            writer.writerow([cell(value) for value in row])
            self.lines += 1


def growing(
    request: WorkspaceRequest | ApiRequest,
    name: str,
    header: Sequence[str],
    lines: int,
    batches: Callable[[], Iterable[Iterable[Sequence[Any]]]],
) -> GrowingFile:
    """A table of many rows as a file that leaves batch by batch, and a note of who took it, before anything leaves."""

    def pieces() -> Iterator[str]:
        yield _lines([header])
        for rows in batches():
            yield _lines([cell(value) for value in row] for row in rows)

    note_export(name, rows=lines, query=request.META.get("QUERY_STRING", ""), by=request.member, at=request.at)
    return GrowingFile(request, name, pieces)


def _lines(rows: Iterable[Sequence[str]]) -> str:
    text = StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def taken(request: WorkspaceRequest | ApiRequest, file: CsvFile) -> CsvFile:
    """The file, and a note of who took it."""
    asked = request.META.get("QUERY_STRING", "")
    note_export(file.name, rows=file.lines, query=asked, by=request.member, at=request.at)
    return file


# What a file says of a seam, after its key.
OF_SEAM = "key offered accepted rejected late median_minutes open_count open_breaches".split()


def _figures(figure: Figure) -> list[Any]:
    return [getattr(figure, "open_count" if name == "open" else name) for name in FIGURES]


def _plan(pace: Pace | None) -> list[Any]:
    """The target by period, and where it stands."""
    return [pace.terms.label, pace.terms.target, pace.value, pace.expected] if pace else [""] * 4


def _restated(card: MetricCard) -> list[Any]:
    """How many closings were restated, and how much more was won by that."""
    return [card.restated.count, card.restated.money] if card.restated else [0, None]


def scorecard_file(found: Scorecard) -> CsvFile:
    """Every metric of the period on a line, with the period before."""
    header = ["metric", "label", "version", "from", "to", "segment", "segment_value", "unit", *FIGURES]
    header += ["target", "band", "value_before", "owner", "failing", "compared_from", "compared_to", "value_beside"]
    header += ["plan", "plan_target", "plan_value", "plan_expected", "counting", *RESTATED]
    days = found.compared.period
    compared = [days.first, days.last] if days else ["", ""]
    rows = [
        [
            *(
                card.metric.key,
                card.metric.label,
                card.metric.definition_version,
                found.period.first,
                found.period.last,
            ),
            *(found.segment if found.segment_value else "", found.segment_value, card.metric.unit),
            *_figures(card.figure),
            *(card.metric.target, card.band, card.before.value if card.before else None, card.owner, card.failing),
            *(*compared, card.beside.value if card.beside else None),
            *_plan(card.pace),
            card.counting.share if card.counting else "",
            *_restated(card),
        ]
        for card in found.cards
    ]
    return CsvFile("scorecard", header, rows)


def metric_file(found: Measured, by: str) -> CsvFile:
    """The whole period first, then what it is compared with, every value of the segment `by`, and the trend; `row`
    says which."""
    metric = found.metric

    def line(row: str, period: Period, segment: str, value: str, figure: Figure) -> list[Any]:
        named = metric.key, metric.definition_version, period.first, period.last, segment, value, metric.unit
        return [*named, *_figures(figure), *(_restated(found) if row == "whole" else ["", ""]), row]

    whole = found.segment, found.segment_value
    rows = [line("whole", found.period, *whole, found.figure)]
    if found.compared.period and found.before:
        rows.append(line("compared", found.compared.period, *whole, found.before))
    if found.beside:
        rows.append(line("beside", found.period, found.segment, found.beside_value, found.beside))
    rows += [line("part", found.period, by, part.value, part.figure) for part in found.slices]
    rows += [line("trend", each.period, *whole, each.figure) for each in found.trend]
    header = ["metric", "version", "from", "to", "segment", "segment_value", "unit", *FIGURES, *RESTATED, "row"]
    return CsvFile(metric.key, header, rows)


def funnel_file(found: Funnel) -> CsvFile:
    """Every step of the whole, and then of each value it is split by; a blank value is the whole. Last every seam."""
    header = ["cohort", "from", "to", "segment", "segment_value", "step", "label", "journeys", "worth", "unconverted"]
    header += ["rate", "lost", "target", "filters", "failing", *(f"seam_{name}" for name in OF_SEAM)]
    named = found.cohort, found.period.first, found.period.last
    filters = "; ".join(f"{segment}={value}" for segment, value in found.filters)

    def told(step: FunnelStep) -> list[Any]:
        counted = [step.count, step.worth, step.unconverted, step.rate, step.lost]
        return [step.key, step.label, *(counted if not found.failing else [""] * len(counted)), step.target]

    rows = [
        [*named, found.by if value else "", value, *told(step), filters, found.failing, *[""] * len(OF_SEAM)]
        for value, steps in (("", found.steps), *((part.value, part.steps) for part in found.split))
        for step in steps
    ]
    for line in found.lines:
        counted = [getattr(line, name) for name in OF_SEAM[1:]]
        row = [*named, *[""] * 10, filters, found.seams_failing, line.seam.key]
        rows.append([*row, *(counted if not found.seams_failing else [""] * len(counted))])
    return CsvFile("funnel", header, rows)
