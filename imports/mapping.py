"""A mapping checked against its file and the blueprint. Its parts are in `imports.mapping_parts`."""

from collections.abc import Mapping as Keyed
from typing import Any

from blueprint.expressions.build import CHOSEN
from blueprint.expressions.fields import CORE_KEYS, KEY_PATTERN, RESERVED, DataType
from blueprint.property_values import are_options
from blueprint.schema import Blueprint, PipelineTerms
from blueprint.typed_values import loose, yes_or_no
from imports import destinations as targets
from imports.formats import DATED, SEVERAL, SOMEBODY, formats_of
from imports.mapping_parts import (
    IMPOSSIBLE_DATES,
    KNOWN_DATES,
    ON_REPEAT,
    UNABLE_OWNER,
    UNKNOWN_ORIGIN,
    UNKNOWN_OWNER,
    UNKNOWN_RECORD,
    BadMapping,
    Column,
    Mapping,
)

__all__ = [
    "IMPOSSIBLE_DATES",
    "KNOWN_DATES",
    "ON_REPEAT",
    "UNABLE_OWNER",
    "UNKNOWN_ORIGIN",
    "UNKNOWN_OWNER",
    "UNKNOWN_RECORD",
    "BadMapping",
    "Column",
    "Mapping",
    "read",
    "target_of",
]
KNOWN_BY = {
    "accounts": ({"name"}, "the company's name"),
    "events": ({"external_id"}, "the id of the record"),
    "people": ({"name", "first_name", "last_name", "email"}, "a name or an e-mail address"),
}
RECORDS_KNOWN_BY = ({"external_id", "email", "name", "first_name", "last_name"}, "an id, an e-mail or a name")


def read(given: Any, findings: Keyed[str, Any], lifecycle: Blueprint) -> Mapping:
    """Check a mapping against the file's findings and the blueprint, and fill what was left out. Raises BadMapping."""
    mapping = Mapping.of(given)
    pipeline = _pipeline(mapping, lifecycle)
    found = {column["header"]: column for column in findings["columns"]}
    for part, headers in (("columns", mapping.columns), ("values", mapping.values), ("refused", mapping.refused)):
        if strange := [header for header in headers if header not in found]:
            detail, where = f"The file has no column {strange[0]!r}.", f"{part}.{strange[0]}"[:200]
            raise BadMapping(detail, field=where, code="no_such_column")
    columns = _columns(mapping, pipeline, lifecycle, found)
    needed, words = KNOWN_BY.get(mapping.target, RECORDS_KNOWN_BY)
    if needed.isdisjoint(column.to for column in columns.values()):
        raise BadMapping(f"One column must hold {words}.", field="columns", code="nothing_to_know_rows_by")
    if mapping.target == "events" and (lacking := targets.lacks_of_event(each.to for each in columns.values())):
        raise BadMapping(f"One column must hold: {lacking}.", field="columns", code="no_event_in_rows")
    for header, pairs in mapping.values.items():
        if header in columns:
            _check_values(pairs, columns[header].to, pipeline, lifecycle, f"values.{header}"[:200])
    for header, refused in mapping.refused.items():
        if both := set(refused) & mapping.values.get(header, {}).keys():
            detail = f"{min(both)!r} is refused and means something at once."
            raise BadMapping(detail, field=f"refused.{header}"[:200])
    if mapping.target == "people" and mapping.team_function not in lifecycle.function_labels:
        detail = f"The blueprint has no function {mapping.team_function!r}."
        raise BadMapping(detail, field="team_function", code="unknown_side")
    if mapping.unable_owner == "give" and not mapping.owner_instead:
        raise BadMapping("Name the member who gets them.", field="owner_instead", code="no_owner_instead")
    fitted = {
        "columns": {header: columns[header] for header in found if header in columns},
        "values": {header: pairs for header, pairs in mapping.values.items() if header in columns},
        "refused": {header: words for header, words in mapping.refused.items() if header in columns},
        "blanks": tuple(each.strip() for each in mapping.blanks if each.strip()),
        "pipeline": pipeline.key if pipeline else "",
    }
    return mapping.model_copy(update=fitted)


def target_of(given: Any) -> str:
    """What a mapping takes its rows for: all that can be said of it before the file is read. Raises BadMapping."""
    return Mapping.of({"target": given.get("target"), "columns": {}} if isinstance(given, dict) else given).target


def _pipeline(mapping: Mapping, lifecycle: Blueprint) -> PipelineTerms | None:
    if not mapping.kind and mapping.target != "events":
        return None
    possible = [each for each in lifecycle.pipelines if each.record_kind == mapping.kind or not mapping.kind]
    key = mapping.pipeline or (lifecycle.pipeline_for(mapping.kind) if mapping.kind else possible[0]).key
    found = next((each for each in possible if each.key == key), None)
    if found is None:
        detail = f"{mapping.target.capitalize()} have no pipeline {key!r}."
        raise BadMapping(detail, field="pipeline", code="no_such_pipeline")
    return found


def _columns(
    mapping: Mapping, pipeline: PipelineTerms | None, lifecycle: Blueprint, found: Keyed[str, Keyed[str, Any]]
) -> dict[str, Column]:
    columns: dict[str, Column] = {}
    taken: dict[str, str] = {}
    for header, column in mapping.columns.items():
        where = f"columns.{header}"[:200]
        if column.to == targets.SKIP:
            continue
        data_type = _type_of_place(column.to, mapping.target, pipeline, lifecycle, where)
        if column.to in taken:
            detail = f"{taken[column.to]!r} and {header!r} both go to {column.to}."
            raise BadMapping(detail, field=where, code="taken_twice")
        taken[column.to] = header
        columns[header] = _completed(column, data_type, found[header], where)
    return columns


def _type_of_place(to: str, target: str, pipeline: PipelineTerms | None, lifecycle: Blueprint, where: str) -> str:
    """What cells that go there must be; nothing for an attribute, which takes them as they are."""
    data_type, (word, _, key) = targets.type_at(to, target, lifecycle), to.partition(":")
    if word == "entered" and pipeline:
        if key not in {stage.key for stage in pipeline.stages}:
            raise BadMapping(f"The pipeline {pipeline.label} has no stage {key!r}.", field=where, code="no_such_stage")
    elif word == "property" and target not in targets.PLAIN:
        if data_type is None:
            raise BadMapping(f"The blueprint has no property {key!r}.", field=where, code="no_such_property")
    elif word == "attribute" and target not in targets.PLAIN:
        if not KEY_PATTERN.fullmatch(key) or key in RESERVED | CORE_KEYS or key in lifecycle.properties_by_key:
            raise BadMapping(f"{key!r} cannot be the key of a further attribute.", field=where, code="bad_attribute")
        return ""
    elif data_type is None:
        raise BadMapping(f"A column of {target} cannot go to {to!r}.", field=where, code="no_such_place")
    return data_type or ""


def _completed(column: Column, data_type: str, found: Keyed[str, Any], where: str) -> Column:
    """The column with the type of its place and, where none was said, the format that fits most of its cells."""
    data_type = data_type or column.type or found["type"]
    if data_type not in set(DataType):
        raise BadMapping(f"{data_type!r} is not a type of value.", field=where)
    if column.format in (SEVERAL, SOMEBODY) and data_type == DataType.TEXT and column.to.startswith(targets.ATTRIBUTE):
        return Column(to=column.to, type=data_type, format=column.format, blanks=column.blanks)
    formats = formats_of(data_type)
    if not formats:
        return Column(to=column.to, type=data_type, blanks=column.blanks)
    if column.format and column.format not in formats:
        raise BadMapping(f"{column.format!r} is not one of {', '.join(formats)}.", field=where, code="no_such_format")
    fitting = found["dates"] if data_type in DATED else found["numbers"]
    value_format = column.format or (fitting[0][0] if fitting else formats[0])
    return Column(to=column.to, type=data_type, format=value_format, blanks=column.blanks)


def _check_values(
    pairs: Keyed[str, str], to: str, pipeline: PipelineTerms | None, lifecycle: Blueprint, where: str
) -> None:
    if to == "stage" and pipeline:
        unknown = sorted(set(pairs.values()) - {"", *(stage.key for stage in pipeline.stages)})
        if unknown:
            raise BadMapping(f"The pipeline has no stage {unknown[0]!r}.", field=where, code="no_such_stage")
    terms = lifecycle.properties_by_key.get(to.removeprefix(targets.PROPERTY))
    options = {loose(option) for option in terms.options} | {""} if terms else set()
    if terms and terms.type in CHOSEN:
        is_one = terms.type is DataType.CHOICE
        reads = {value: loose(value) in options if is_one else are_options(terms, value) for value in pairs.values()}
        if unknown := sorted(value for value, is_read in reads.items() if not is_read):
            raise BadMapping(f"{terms.label} has no option {unknown[0]!r}.", field=where, code="no_such_option")
    unclear = sorted(value for value in pairs.values() if value and yes_or_no(value) is None)
    if terms and terms.type is DataType.BOOLEAN and unclear:
        raise BadMapping(f"{terms.label} is yes or no, not {unclear[0]!r}.", field=where, code="no_such_option")
