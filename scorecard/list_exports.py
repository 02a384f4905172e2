"""Lists behind figures as files, the newest hundred thousand rows of each: the samples of a metric, the journeys behind
a number of the funnel, restatements."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any, TypeVar

from django.db.models import QuerySet

from core.http.growing import GrowingFile
from core.http.requests import WorkspaceRequest
from lifecycle.closed_periods import ToldRestatement, told
from lifecycle.models import Restatement
from scorecard.exports import growing
from scorecard.metric_query import MetricQuery
from scorecard.queries import Behind, Board, StepRows

BATCH, MOST_ROWS = 5_000, 100_000
SIDE = ("is_counted", "amount", "currency", "owner", "source")
Lines = Iterator[list[Any]]
Page = TypeVar("Page", Behind, StepRows)


def rows_file(request: WorkspaceRequest, board: Board, asked: MetricQuery, key: str) -> GrowingFile:
    """The rows behind a number."""
    columns = "day number name kind stage owner amount currency handoff".split()
    columns += "numerator denominator aside unconverted measure cause".split()
    first = _alone(asked).rows_behind(board, key)
    asked = replace(asked, part=first.part)

    def lines(found: Behind) -> Lines:
        for row in found.rows:
            testimony = "yes" if row.is_testimony else ""
            yield [*(getattr(row, column) for column in columns), testimony, found.converted(row), row.version]

    def batches() -> Iterator[Lines]:
        return map(lines, _pages(asked, lambda page: page.rows_behind(board, key), first))

    header = [*_named(columns), "is_testimony", "converted", "version"]
    return growing(request, f"{first.metric.key}-rows", header, min(first.total, MOST_ROWS), batches)


def step_file(request: WorkspaceRequest, board: Board, asked: MetricQuery, key: str) -> GrowingFile:
    """The journeys behind a number of the funnel."""
    columns = "day number name kind stage owner amount currency".split()
    first = _alone(asked).step_rows(board, key)

    def lines(found: StepRows) -> Lines:
        for row in found.rows:
            yield [found.step.key, *(getattr(row, column) for column in columns), found.cohort, found.closed_as]

    def batches() -> Iterator[Lines]:
        return map(lines, _pages(asked, lambda page: page.step_rows(board, key), first))

    header = ["step", *_named(columns), "cohort", "closed_as"]
    return growing(request, f"funnel-{key.replace('.', '-')}", header, min(first.count, MOST_ROWS), batches)


def restatements_file(request: WorkspaceRequest, found: QuerySet[Restatement]) -> GrowingFile:
    """What was restated, each with who, when and why, and both sides of the closing."""
    found = found[:MOST_ROWS]

    def batches() -> Iterator[Lines]:
        rows = found.iterator(chunk_size=BATCH)
        while batch := list(islice(rows, BATCH)):
            yield map(_restatement, told(batch))

    header = ["kind", "record", "name", "stage", "closed_at", "period", "at", "by", "reason", "import"]
    header += [f"{name}_{side}" for side in ("before", "after") for name in SIDE]
    return growing(request, "restatements", header, found.count(), batches)


def _restatement(each: ToldRestatement) -> list[Any]:
    return [
        *(each.row.kind, each.record and each.record.number, each.record and each.record.name),
        *(f"{each.row.stage.pipeline.key}/{each.row.stage.key}", each.row.closed_at.isoformat(), each.row.period),
        *(each.row.at.isoformat(), each.row.by.display_name if each.row.by else "", each.row.reason),
        each.file and each.file.number,
        *(getattr(side, name) for side in (each.before, each.after) for name in SIDE),
    ]


def _named(columns: list[str]) -> list[str]:
    return ["record" if column == "number" else column for column in columns]


def _alone(asked: MetricQuery) -> MetricQuery:
    """Asked for one row: whatever has to be refused is refused now, and how many rows there are is known."""
    return replace(asked, page=1, limit=1)


def _pages(asked: MetricQuery, page_of: Callable[[MetricQuery], Page], first: Page) -> Iterator[Page]:
    """Page after page where it is known how many rows there are on each day, so that each looks at its own days; else
    one page, for each would look for all rows anew."""
    limit = BATCH if first.is_by_day else MOST_ROWS
    for number in range(1, MOST_ROWS // limit + 1):
        found = page_of(replace(asked, page=number, limit=limit))
        yield found
        if len(found.rows) < limit:
            return
