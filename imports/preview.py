"""The first rows as they would come in, and what a person should know before the import starts. Nothing is written."""

import re
from collections.abc import Mapping as Keyed
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from blueprint.expressions.fields import DataType
from blueprint.schema import Blueprint
from blueprint.typed_values import BadValue
from core.people.models import Workspace
from imports import destinations as targets
from imports.cell_types import PLAIN, Context, reader_for
from imports.column_notes import (
    digits_lost,
    left_as_written,
    misplaced,
    number_warning,
    settled_by_nobody,
    zones_named,
)
from imports.csv_reader import Row
from imports.event_log import event_of
from imports.formats import DATE_FORMATS, DATED, NUMBERED, read_moment
from imports.mapping import Column, Mapping
from imports.neighbours import YEAR_FIRST
from imports.row_reader import RowReader
from imports.table_notes import of_table
from imports.trial import Trial
from imports.value_notes import (
    addresses_shared,
    ids_repeated,
    options_unknown,
    outcomes_unknown,
    owners_unknown,
    people_unknown,
    rows_of,
    stages_unknown,
    too_long,
    unreadable,
)

SHOWN_ROWS = 20
SHOWN_COLUMNS = 14
SHOWN_TEXT = 60
FIRST = (date(1900, 1, 1), date(1970, 1, 1))  # where calendars of programs begin
NO_DAY = re.compile(r"0000-00-00|00[./]00[./]00")
NAMED = 5  # values named in a warning


def preview(
    findings: Keyed[str, Any],
    mapping: Mapping,
    lifecycle: Blueprint,
    workspace: Workspace,
    at: datetime,
    expected: Trial | None = None,
) -> dict[str, Any]:
    """Read the first rows by this mapping, as its page shows them: `labels` head the columns, `further` counts mapped
    columns that are not shown, `expected` says what will happen to them. Two queries."""
    headers = tuple(column["header"] for column in findings["columns"])
    context = Context.of(mapping, lifecycle, headers, workspace, by=None, at=at)
    reader, shown = RowReader(context), _shown(mapping)
    rows = [_row(Row(line, tuple(cells)), reader, shown, at) for line, cells in findings["head"][:SHOWN_ROWS]]
    if expected:
        for row in rows:
            _foresee(row, expected)
    return {
        "labels": [label_at(column.to, lifecycle, mapping) for column in shown],
        "rows": rows,
        "warnings": warnings(findings, mapping, context),
        "further": len(mapping.columns) - len(shown),
        "expected": expected,
    }


def _foresee(row: dict[str, Any], expected: Trial) -> None:
    """Add what will happen to one row of the preview."""
    line = row["line"]
    row["state"], row["replaced"] = expected.states.get(line, ""), expected.replaced.get(line, [])
    if line in expected.problems:
        row["field"], row["problem"] = expected.problems[line]


def _shown(mapping: Mapping) -> list[Column]:
    """Core columns first, in the order of the places, then properties, then attributes."""
    order = {place.key: at for at, place in enumerate(targets.places_of(mapping.target))}
    columns = [column for column in mapping.columns.values() if column.to != "stage"]
    rank = {targets.ENTERED: 100, targets.PROPERTY: 101, targets.ATTRIBUTE: 102}
    columns.sort(key=lambda column: order.get(column.to, rank.get(column.to.partition(":")[0] + ":", 103)))
    return [column for column in columns if not column.to.startswith(targets.ENTERED)][:SHOWN_COLUMNS]


def label_at(to: str, lifecycle: Blueprint, mapping: Mapping) -> str:
    """What people call the place a column goes to."""
    if core := targets.place(mapping.target, to):
        return core.label
    key = to.partition(":")[2]
    if to.startswith(targets.ENTERED):
        return f"Entered {lifecycle.pipeline(mapping.pipeline).stage(key).label}"
    terms = lifecycle.properties_by_key.get(key) if to.startswith(targets.PROPERTY) else None
    return terms.label if terms else key.replace("_", " ")


def _row(row: Row, reader: RowReader, shown: list[Column], now: datetime) -> dict[str, Any]:
    """One row: its cells as they would be kept and the stages it entered, or why it would be rejected."""
    mapping = reader.context.mapping
    found: dict[str, Any] = {"line": row.line}
    try:
        values = reader.values(row)
        kept = values | reader.people(values)
        found["cells"] = [_said(kept.get(column.to)) for column in shown]
        if mapping.target == "events":
            event, pipeline = event_of(row, reader, now), reader.context.lifecycle.pipeline(mapping.pipeline)
            return {**found, "stages": [(pipeline.stage(event.stage).label, event.at)] if event and event.stage else []}
        if not mapping.kind:
            return found
        told = reader.read(row)
    except BadValue as bad:
        return {"line": row.line, "problem": bad.detail, "field": bad.field or ""}
    pipeline = reader.context.lifecycle.pipeline(mapping.pipeline)
    stages = told.history if mapping.history else ((told.stage or pipeline.first.key, None),)
    return {**found, "stages": [(pipeline.stage(key).label, at) for key, at in stages]}


def _said(value: Any) -> str:
    """A value as a cell of the preview."""
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(value)[:SHOWN_TEXT]
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | float | int):
        return f"{value:,}"
    return str(value)[:SHOWN_TEXT]


def warnings(findings: Keyed[str, Any], mapping: Mapping, context: Context) -> list[str]:
    """What would be lost, doubled or misread, in sentences; counted over the whole file."""
    lifecycle = context.lifecycle
    said = [*findings.get("notes", ()), *of_table(findings)]
    if findings["problem_rows"]:
        line, _, why = findings["problems"][0]
        said.append(
            f"{rows_of(findings['problem_rows'])} cannot be read and will be kept as rejections. Line {line}: {why}"
        )
    known_by = {"external_id", "email"} if mapping.kind == "lead" else {"external_id"}
    if mapping.kind and not known_by & {column.to for column in mapping.columns.values()}:
        said.append("No column holds an id. A row that has changed will come in as a new record next time.")
    said += [*addresses_shared(findings, mapping), *ids_repeated(findings, mapping)]
    said += settled_by_nobody(findings["columns"], mapping)
    for column in findings["columns"]:
        said += misplaced(column, mapping, lifecycle)
        said += left_as_written(column, mapping.columns.get(column["header"]))
        if target := mapping.columns.get(column["header"]):
            said += zones_named(column, target, mapping, context.zone.key)
            said += digits_lost(column, target) + _of_column(column, target, context)
    return said


def _of_column(column: Keyed[str, Any], target: Column, context: Context) -> list[str]:
    mapping, lifecycle, owners = context.mapping, context.lifecycle, context.owners
    name = f"“{column['header']}”"
    said = []
    if target.to == "stage":
        said += stages_unknown(column, mapping, lifecycle)
    elif target.to == "outcome":
        said += outcomes_unknown(column, lifecycle, mapping)
    elif target.type in DATED and not target.to.startswith(targets.ATTRIBUTE):
        said += _date_warning(column, target, mapping, name)
    elif target.type in NUMBERED and not target.to.startswith(targets.ATTRIBUTE):
        said += number_warning(column, target, name)
    elif target.to in PLAIN or target.type == DataType.EMAIL:
        said += unreadable(column, mapping, reader_for(column["header"], target, context))
    else:
        said += too_long(column, target)
    if target.to == "owner":
        said += owners_unknown(column, mapping, owners)
    if column["header"] in mapping.people_columns:
        said += people_unknown(column, target, mapping, owners)
    if target.to.startswith(targets.PROPERTY):
        said += options_unknown(column, target, mapping, lifecycle)
    replaced = mapping.values.get(column["header"], {})
    for group in column["look_alikes"]:
        if target.to not in ("stage", "email") and len({replaced.get(value, value) for value, _ in group}) > 1:
            listed = ", ".join(f"“{value}” ({count:,})" for value, count in group[:NAMED])
            said.append(f"{name}: {listed} look alike and are kept as different values.")
    return said


def _date_warning(column: Keyed[str, Any], target: Column, mapping: Mapping, name: str) -> list[str]:
    shares = dict(column["dates"])
    share = shares.get(target.format, 0)
    if not column["filled"]:
        return []
    if zeros := [(value, count) for value, count in column["values"] if NO_DAY.match(value)]:
        listed = ", ".join(f"“{value}” ({rows_of(count)})" for value, count in zeros[:NAMED])
        return [f"{name}: {listed} is no day and comes in as blank."]
    if share < 1:
        return [
            f"{name}: {1 - share:.1%} of the values are not dates written {target.format}; their rows are rejected."
        ]
    if empty := [
        value for value, _ in column["values"] if (day := read_moment(value, target.format)) and day.day in FIRST
    ]:
        return [f"{name}: “{empty[0]}” is what programs write for no day; it comes in as that day."]
    others = [
        each
        for each, fits in shares.items()
        if fits == 1 and each != target.format and each in DATE_FORMATS and each not in YEAR_FIRST
    ]
    if others:
        return [f"{name}: {target.format} and {others[0]} both fit every date. Check which one is meant."]
    return []
