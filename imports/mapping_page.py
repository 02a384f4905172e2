"""The mapping as a form: what the page shows of each column, and the mapping a posted form says."""

from collections.abc import Mapping as Keyed
from typing import Any

from django.http import QueryDict

from blueprint.expressions.fields import DataType
from blueprint.schema import Blueprint, PipelineTerms
from imports import destinations as targets
from imports import header_words, stage_words
from imports.formats import SEVERAL, SOMEBODY, formats_of
from imports.values_page import value_columns, values_said
from lifecycle.models import Import

Options = list[tuple[str, str]]
TYPE_WORDS = {
    "text": "Text", "integer": "Whole number", "number": "Number", "boolean": "Yes or no", "date": "Date",
    "datetime": "Date and time",
}  # fmt: skip
KNOWN_SYSTEMS = ("csv", "hubspot", "salesforce")
ONE = [("", "One text")]
SEVERAL_OR_ONE = [(SEVERAL, "Several values, cut at ;"), *ONE]
FORMAT_WORDS = {"excel": "Excel's day numbers", "epoch_s": "Seconds since 1970", "epoch_ms": "Milliseconds since 1970"}


def board(job: Import, given: Keyed[str, Any], lifecycle: Blueprint) -> dict[str, Any]:
    """What the mapping page draws beside the preview. No queries."""
    kind = targets.RECORD_KINDS.get(given["target"], "")
    of_events = given["target"] == "events"
    pipelines = {each.key: each for each in lifecycle.pipelines if each.record_kind == kind or of_events}
    pipeline = pipelines.get(given.get("pipeline", ""))
    total = max(job.findings["rows"] - job.findings["problem_rows"], 1)
    taken = {column.get("to") for column in given["columns"].values()}
    filled = [
        _column(place, found, given["columns"].get(found["header"], {}), lifecycle, total, taken)
        for place, found in enumerate(job.findings["columns"])
        if found["filled"]
    ]
    stage_header = next((column["header"] for column in filled if column["to"] == "stage"), "")
    return {
        "columns": filled,
        "empty": [found["header"] for found in job.findings["columns"] if not found["filled"]],
        "groups": _groups(given["target"], pipeline, lifecycle),
        "target": given["target"],
        "pipelines": [(key, each.label) for key, each in pipelines.items()],
        "pipeline": pipeline.key if pipeline else "",
        "stage_header": stage_header,
        "stage_values": _stage_values(job, given, stage_header, pipeline),
        "stages": [(stage.key, stage.label) for stage in pipeline.stages] if pipeline else [],
        "blanks": "\n".join(given.get("blanks", [])),
        "value_columns": value_columns(job.findings["columns"], given, lifecycle),
        "mapping": given,
        "functions": list(lifecycle.function_labels.items()),
        "systems": sorted({*KNOWN_SYSTEMS, *(each.system for each in lifecycle.properties)} - {""}),
        "takes_attributes": given["target"] not in targets.PLAIN,
        "has_owner": any(column["to"] == "owner" or _is_person(column["to"], lifecycle) for column in filled),
        "has_origin": any(column["to"] == "origin" for column in filled),
    }


def _column(
    place: int, found: Keyed[str, Any], mapped: Keyed[str, Any], lifecycle: Blueprint, total: int, taken: set[str]
) -> dict[str, Any]:
    """One column of the file on the page. `place` numbers its fields."""
    to = mapped.get("to", targets.SKIP)
    attribute = targets.ATTRIBUTE + header_words.attribute_key(found["header"], lifecycle)
    if to.startswith(targets.ATTRIBUTE):
        attribute = to
    elif attribute in taken:
        attribute = f"{attribute}_{place + 1}"
    return {
        "place": place,
        "header": found["header"],
        "samples": found["samples"],
        "blank_ratio": 1 - found["filled"] / total,
        "distinct": f"more than {found['distinct'] - 1:,}" if found["is_many"] else f"{found['distinct']:,}",
        "type": TYPE_WORDS.get(found["type"], found["type"]),
        "to": to,
        "format": mapped.get("format", ""),
        "formats": _formats(found, mapped.get("type") or found["type"], to),
        "attribute": attribute,
        "blanks": [
            (word, word in mapped.get("blanks", ()))
            for word in sorted({*found.get("placeholders", ()), *mapped.get("blanks", ())})
        ],
    }


def _is_person(to: str, lifecycle: Blueprint) -> bool:
    """Whether a property that names somebody is there."""
    return to.startswith(targets.PROPERTY) and targets.type_at(to, "leads", lifecycle) == DataType.PERSON


def _formats(found: Keyed[str, Any], data_type: str, to: str) -> Options:
    """How the cells may be written; of an attribute's text also whether it names somebody."""
    if to.startswith(targets.ATTRIBUTE) and data_type == DataType.TEXT:
        return [*(SEVERAL_OR_ONE if found.get("holds_several") else ONE), (SOMEBODY, "Somebody of the workspace")]
    return [(each, FORMAT_WORDS.get(each, each)) for each in formats_of(data_type)]


def _groups(target: str, pipeline: PipelineTerms | None, lifecycle: Blueprint) -> list[tuple[str, Options]]:
    """Where a column can go, in the groups of the select."""
    noun = targets.RECORD_KINDS.get(target, target.removesuffix("s")).capitalize()
    groups = [(noun, [(place.key, place.label) for place in targets.places_of(target)])]
    if pipeline and target != "events":
        entered = [(targets.ENTERED + stage.key, f"Entered {stage.label}") for stage in pipeline.stages]
        groups.append(("When it entered a stage", entered))
    if target not in targets.PLAIN:
        groups.append(("Property", [(targets.PROPERTY + each.key, each.label) for each in lifecycle.properties]))
    return groups


def _stage_values(
    job: Import, given: Keyed[str, Any], header: str, pipeline: PipelineTerms | None
) -> list[tuple[str, int, str | None]]:
    """Each value of the stage column, how often it occurs, and the stage it means: None where nobody said."""
    if not header or pipeline is None:
        return []
    column = next(each for each in job.findings["columns"] if each["header"] == header)
    named = given.get("values", {}).get(header) or {}
    guessed = stage_words.guess_values(column, pipeline)
    blanks = {*given.get("blanks", ()), *given["columns"].get(header, {}).get("blanks", ())}
    keys = {"", *(stage.key for stage in pipeline.stages)}
    return [
        (value, count, stage if (stage := named.get(value, guessed.get(value))) in keys else None)
        for value, count in column["values"]
        if value not in blanks
    ]


def from_form(posted: QueryDict, job: Import, lifecycle: Blueprint) -> dict[str, Any]:
    """The mapping as the posted form says it."""
    before = job.mapping
    target = before["target"]
    kind = targets.RECORD_KINDS.get(target, "")
    columns = _columns_said(posted, job, target, lifecycle)
    values, refused = values_said(posted, job.findings["columns"], columns, lifecycle)
    given: dict[str, Any] = {
        "target": target,
        "pipeline": posted.get("pipeline", before["pipeline"]),
        "system": posted.get("system", "").strip() or "csv",
        "columns": columns,
        "values": values,
        "refused": refused,
        "blanks": [line.strip() for line in posted.get("blanks", "").splitlines() if line.strip()],
        "dates": {"time_zone": posted.get("time_zone", "").strip()},
        "on_repeat": posted.get("on_repeat", "update"),
        "unknown_owner": posted.get("unknown_owner", before["unknown_owner"]),
        "unable_owner": posted.get("unable_owner", before.get("unable_owner", "reject")),
        "owner_instead": posted.get("owner_instead", before.get("owner_instead", "")).strip(),
        "unknown_origin": posted.get("unknown_origin", before.get("unknown_origin", "blank")),
        "unknown_record": posted.get("unknown_record", before.get("unknown_record", "reject")),
        "history": posted.get("history") == "yes",
        "known_dates": posted.get("known_dates", before.get("known_dates", "ask")),
        "impossible_dates": posted.get("impossible_dates", before.get("impossible_dates", "set_aside")),
        "as_of": posted.get("as_of", "") or None,
        "currency": posted.get("currency", "").strip().upper(),
        "team_function": posted.get("team_function", before["team_function"]),
    }
    header = next((header for header, column in columns.items() if column["to"] == "stage"), "")
    if header and (kind or target == "events"):
        given["values"][header] = _values(posted, job, given, header, lifecycle)
    return given


def _columns_said(posted: QueryDict, job: Import, target: str, lifecycle: Blueprint) -> dict[str, dict[str, Any]]:
    """Where the form says each column goes; a format that was chosen for another type is chosen anew."""
    columns: dict[str, dict[str, Any]] = {}
    for place, found in enumerate(job.findings["columns"]):
        header = found["header"]
        to = posted.get(f"to-{place}", targets.SKIP)
        old = job.mapping["columns"].get(header, {})
        is_somebody = to.startswith(targets.ATTRIBUTE) and posted.get(f"format-{place}") == SOMEBODY
        data_type = targets.type_at(to, target, lifecycle) or (DataType.TEXT.value if is_somebody else found["type"])
        has_same_type = is_somebody or old.get("type", found["type"]) == data_type
        columns[header] = {
            "to": to,
            "type": data_type,
            "format": posted.get(f"format-{place}", "") if has_same_type else "",
            "blanks": posted.getlist(f"blank-{place}"),
        }
    return columns


def _values(
    posted: QueryDict, job: Import, given: Keyed[str, Any], header: str, lifecycle: Blueprint
) -> dict[str, str]:
    """The stages the form names for the column's values; guessed anew when column or pipeline is another."""
    is_same = posted.get("stage-header") == header and posted.get("stage-pipeline") == given["pipeline"]
    if is_same:
        pairs = zip(posted.getlist("value"), posted.getlist("stage"), strict=False)
        return {value: "" if stage == "first" else stage for value, stage in pairs if stage}
    column = next(each for each in job.findings["columns"] if each["header"] == header)
    pipeline = next((each for each in lifecycle.pipelines if each.key == given["pipeline"]), None)
    return stage_words.guess_values(column, pipeline) if pipeline else {}
