"""What became of each column of a file: whether it came in right, what was changed, what is kept as text, what was left
out, and how many of its rows were rejected."""

from collections import Counter
from collections.abc import Mapping as Keyed
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count

from blueprint.expressions.fields import DataType
from blueprint.schema import Blueprint
from imports import destinations as targets
from imports.file_owners import Owners
from imports.formats import SEVERAL, SOMEBODY
from imports.mapping import Column, Mapping
from imports.preview import label_at
from imports.value_notes import rows_of
from lifecycle.models import Import, Rejection
from lifecycle.rules.owners import why_not_person

Found = Keyed[str, Any]
LEFT_OUT, AS_TEXT, CHANGED, RIGHT = "left_out", "as_text", "changed", "right"


@dataclass(frozen=True)
class ColumnReport:
    """`became`: right, changed, as_text or left_out. `detail` says what was changed; `rejected` counts rows."""

    header: str
    to: str
    became: str
    detail: str
    rejected: int


def column_report(job: Import, lifecycle: Blueprint, at: datetime) -> list[ColumnReport]:
    """Every column that holds anything, in the order of the file. Two queries at most."""
    if not job.mapping:
        return []
    mapping = Mapping.of(job.mapping)
    counted = Rejection.objects.filter(of=job).exclude(field="").values_list("field").annotate(Count("id")).order_by()
    rejected = Counter(dict(counted))
    owners = Owners(mapping, by=None, at=at)
    return [
        _of_column(found, mapping, lifecycle, owners, rejected[found["header"][:120]], job.findings)
        for found in job.findings["columns"]
        if found["filled"]
    ]


def _of_column(
    found: Found, mapping: Mapping, lifecycle: Blueprint, owners: Owners, rejected: int, findings: Found
) -> ColumnReport:
    header = found["header"]
    column = mapping.columns.get(header)
    if column is None or column.to == targets.SKIP:
        return ColumnReport(header, "", LEFT_OUT, "", rejected)
    changes = _changes(found, mapping)
    if column.to == "owner":
        changes += _owners_changed(found, mapping, owners)
    elif header in mapping.people_columns:
        changes += _people_changed(found, column, mapping, owners)
    changes += _origins_changed(findings) if column.to == "origin" else []
    is_text = column.to.startswith(targets.ATTRIBUTE) and column.type == DataType.TEXT
    became = AS_TEXT if is_text else CHANGED if changes else RIGHT
    read = [f"Read as written {column.format}."] if column.format else []
    if column.format == SOMEBODY:
        became, read = CHANGED if changes else RIGHT, []
    if column.format == SEVERAL:
        became, read = CHANGED, [f"Cut at {SEVERAL} into several values."]
    return ColumnReport(header, label_at(column.to, lifecycle, mapping), became, " ".join([*read, *changes]), rejected)


def _changes(found: Found, mapping: Mapping) -> list[str]:
    """In sentences: which cells are not kept as they stood."""
    header, said = found["header"], []
    counts = dict(found["values"])
    blank = sum(counts.get(word, 0) for word in mapping.blanks_of(header) if word)
    mapped = sum(counts.get(value, 0) for value in mapping.values.get(header, {}))
    if blank:
        said.append(f"{rows_of(blank)} read as blank.")
    if mapped:
        said.append(f"{rows_of(mapped)} mapped by their values.")
    return said


def _people_changed(found: Found, column: Column, mapping: Mapping, owners: Owners) -> list[str]:
    """In a sentence: how many rows name nobody who is here."""
    nobody = sum(
        count
        for value, count in _names_in(found, mapping)
        if not owners.knows(value) or owners.why_not(value, why_not_person)
    )
    where = "as it stands" if column.to.startswith(targets.ATTRIBUTE) else "as an attribute"
    return [f"{rows_of(nobody)} name nobody who is here; the name is kept {where}."] if nobody else []


def _names_in(found: Found, mapping: Mapping) -> list[tuple[str, int]]:
    return [(value, count) for value, count in found["values"] if value not in mapping.blanks_of(found["header"])]


def _owners_changed(found: Found, mapping: Mapping, owners: Owners) -> list[str]:
    """In a sentence: whose records went to nobody, or to somebody else."""
    named = _names_in(found, mapping)
    unable = sum(count for value, count in named if owners.why_not(value))
    unknown = sum(count for value, count in named if not owners.knows(value))
    said = [f"{rows_of(unknown)} without an owner; the name is kept as an attribute."] if unknown else []
    if unable and mapping.unable_owner == "blank":
        said.append(f"{rows_of(unable)} of somebody who cannot own; without an owner, the name is kept.")
    if unable and mapping.unable_owner == "give":
        said.append(f"{rows_of(unable)} of somebody who cannot own went to somebody else.")
    return said


def _origins_changed(findings: Found) -> list[str]:
    """In sentences: whose origin is nobody here, or another one."""
    said = []
    if unknown := findings.get("unknown_origins"):
        said.append(f"{rows_of(unknown)} name a record that is not here; what they say is kept as an attribute.")
    if other := findings.get("other_origins"):
        said.append(f"{rows_of(other)} name another record than the one theirs is known to come from, which stays.")
    return said
