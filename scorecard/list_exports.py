"""Lists behind figures as files: restatements, and the journeys behind a number of the funnel."""

from __future__ import annotations

from collections.abc import Iterable

from lifecycle.closed_periods import ToldRestatement
from scorecard.exports import CsvFile
from scorecard.queries.funnel_rows import StepRows

SIDE = ("is_counted", "amount", "currency", "owner", "source")


def restatements_file(found: Iterable[ToldRestatement]) -> CsvFile:
    """What was restated, each with who, when and why, and both sides of the closing."""
    header = ["kind", "record", "name", "stage", "closed_at", "period", "at", "by", "reason", "import"]
    header += [f"{name}_{side}" for side in ("before", "after") for name in SIDE]
    rows = (
        [
            *(each.row.kind, each.record and each.record.number, each.record and each.record.name),
            *(f"{each.row.stage.pipeline.key}/{each.row.stage.key}", each.row.closed_at.isoformat(), each.row.period),
            *(each.row.at.isoformat(), each.row.by.display_name if each.row.by else "", each.row.reason),
            each.file and each.file.number,
            *(getattr(side, name) for side in (each.before, each.after) for name in SIDE),
        ]
        for each in found
    )
    return CsvFile("restatements", header, rows)


def step_file(found: StepRows) -> CsvFile:
    """The journeys behind a number of the funnel."""
    columns = "day number name kind stage owner amount currency".split()
    header = ["step", *("record" if column == "number" else column for column in columns), "cohort", "closed_as"]
    rows = (
        [found.step.key, *(getattr(row, column) for column in columns), found.cohort, found.closed_as]
        for row in found.rows
    )
    return CsvFile(f"funnel-{found.step.key.replace('.', '-')}", header, rows)
