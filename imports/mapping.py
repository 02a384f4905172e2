"""The mapping: what each column of a file becomes. Kept as JSON with the import, given as JSON over the API.

    {"target": "opportunities", "pipeline": "sales", "system": "maven",
     "columns": {"opportunity_id": {"to": "external_id"}, "deal_stage": {"to": "stage"},
                 "engage_date": {"to": "entered:qualification", "format": "YYYY-MM-DD"}},
     "values": {"deal_stage": {"Won": "closed_won"}},
     "blanks": ["Select"], "on_repeat": "first", "history": true}

Every key but `target` and `columns` may be left out. A refusal names the column.
"""

import re
from collections.abc import Collection
from collections.abc import Mapping as Keyed
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from blueprint.expressions.fields import CORE_KEYS, KEY_PATTERN, RESERVED, DataType
from blueprint.schema import Blueprint, PipelineTerms, PropertyTerms
from blueprint.typed_values import loose
from core.errors import BadInput
from core.people.functions import Function
from imports import destinations as targets
from imports.formats import COUNTED_FORMATS, DATE_FORMATS, NUMBER_FORMATS

ON_REPEAT = ("update", "first")
UNKNOWN_OWNER = ("create", "blank", "reject")
DATED = (DataType.DATE.value, DataType.DATETIME.value)
NUMBERED = (DataType.NUMBER.value, DataType.INTEGER.value)
KEYS = (
    *("target", "pipeline", "system", "columns", "values", "blanks", "dates", "on_repeat", "unknown_owner"),
    *("history", "as_of", "currency", "team_function"),
)
MAX_BLANKS, MAX_VALUES = 50, 5_000


class BadMapping(BadInput):
    """The mapping does not fit the file or the blueprint; `field` names the column or the key."""

    code = "bad_mapping"


@dataclass(frozen=True)
class Column:
    """Where one column goes, what its cells are, and how they are written."""

    to: str
    type: str = DataType.TEXT.value
    format: str = ""


@dataclass(frozen=True)
class Mapping:
    """A mapping that fits its file and the blueprint."""

    target: str
    columns: dict[str, Column]
    pipeline: str = ""
    system: str = "csv"
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    blanks: tuple[str, ...] = ()
    time_zone: str = ""
    on_repeat: str = "update"
    unknown_owner: str = "blank"
    history: bool = False
    as_of: date | None = None
    currency: str = ""
    team_function: str = Function.SALES.value

    @property
    def kind(self) -> str:
        """The kind of record, or nothing for accounts and people."""
        return targets.RECORD_KINDS.get(self.target, "")

    def column_for(self, to: str) -> str | None:
        """The header that goes there."""
        return next((header for header, column in self.columns.items() if column.to == to), None)

    def as_json(self) -> dict[str, Any]:
        """What is kept, and what `read` reads."""
        return {
            "target": self.target,
            "pipeline": self.pipeline,
            "system": self.system,
            "columns": {
                header: {"to": column.to, "type": column.type, "format": column.format}
                for header, column in self.columns.items()
            },
            "values": self.values,
            "blanks": list(self.blanks),
            "dates": {"time_zone": self.time_zone},
            "on_repeat": self.on_repeat,
            "unknown_owner": self.unknown_owner,
            "history": self.history,
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "currency": self.currency,
            "team_function": self.team_function,
        }


def read(given: Any, findings: Keyed[str, Any], lifecycle: Blueprint) -> Mapping:
    """Check a mapping against the file's findings and the blueprint, and fill what was left out. Raises BadMapping."""
    if not isinstance(given, dict):
        raise BadMapping("The mapping is a JSON object.", field="mapping")
    _refuse_unknown(given, KEYS)
    target = _one_of(given, "target", targets.TARGETS, None)
    pipeline = _pipeline(given, target, lifecycle)
    found = {column["header"]: column for column in findings["columns"]}
    columns = _columns(given, target, pipeline, lifecycle, found)
    mapping = Mapping(
        target=target,
        columns=columns,
        pipeline=pipeline.key if pipeline else "",
        system=_system(given),
        values=_values(given, columns, found, pipeline, lifecycle),
        blanks=tuple(_texts(given.get("blanks", []), "blanks", MAX_BLANKS)),
        time_zone=_time_zone(given),
        on_repeat=_one_of(given, "on_repeat", ON_REPEAT, "update"),
        unknown_owner=_one_of(given, "unknown_owner", UNKNOWN_OWNER, "blank"),
        history=_boolean(given, "history"),
        as_of=_day(given, "as_of"),
        currency=_currency(given),
        team_function=_one_of(given, "team_function", Function.values, Function.SALES.value),
    )
    _check_enough(mapping)
    return mapping


def _refuse_unknown(given: Keyed[str, Any], known: Collection[str], where: str = "") -> None:
    for key in given:
        if key not in known:
            raise BadMapping(f"A mapping has no {key[:80]!r}.", field=f"{where}{key}"[:200], code="unknown_field")


def target_of(given: Any) -> str:
    """What a mapping takes its rows for: all that can be said of it before the file is read. Raises BadMapping."""
    if not isinstance(given, dict):
        raise BadMapping("The mapping is a JSON object.", field="mapping")
    return _one_of(given, "target", targets.TARGETS, None)


def _columns(
    given: dict[str, Any],
    target: str,
    pipeline: PipelineTerms | None,
    lifecycle: Blueprint,
    found: Keyed[str, Keyed[str, Any]],
) -> dict[str, Column]:
    wanted = given.get("columns")
    if not isinstance(wanted, dict):
        raise BadMapping("`columns` says where each column goes.", field="columns")
    columns: dict[str, Column] = {}
    taken: dict[str, str] = {}
    for header, each in wanted.items():
        where = f"columns.{header}"[:200]
        if header not in found:
            raise BadMapping(f"The file has no column {header!r}.", field=where, code="no_such_column")
        if isinstance(each, str):
            each = {"to": each}
        if not isinstance(each, dict):
            raise BadMapping(f"Say where {header!r} goes: {{'to': …}}.", field=where)
        _refuse_unknown(each, ("to", "type", "format"), f"{where}.")
        to = each.get("to") or targets.SKIP
        if to == targets.SKIP:
            continue
        data_type = _type_of_place(to, target, pipeline, lifecycle, where)
        if to in taken:
            raise BadMapping(f"{taken[to]!r} and {header!r} both go to {to}.", field=where, code="taken_twice")
        taken[to] = header
        columns[header] = _column(to, data_type, each, found[header], where)
    return {header: columns[header] for header in found if header in columns}


def _type_of_place(to: Any, target: str, pipeline: PipelineTerms | None, lifecycle: Blueprint, where: str) -> str:
    """What cells that go there must be; nothing for an attribute, which takes them as they are."""
    if not isinstance(to, str):
        raise BadMapping("`to` is text.", field=where)
    if core := targets.place(target, to):
        return core.data_type
    word, _, key = to.partition(":")
    if word == "entered" and pipeline:
        if key not in {stage.key for stage in pipeline.stages}:
            raise BadMapping(f"The pipeline {pipeline.label} has no stage {key!r}.", field=where, code="no_such_stage")
        return DataType.DATETIME.value
    if word == "property" and target != "people":
        terms = lifecycle.properties_by_key.get(key)
        if terms is None:
            raise BadMapping(f"The blueprint has no property {key!r}.", field=where, code="no_such_property")
        return terms.type.value
    if word == "attribute" and target != "people":
        if not KEY_PATTERN.fullmatch(key) or key in RESERVED | CORE_KEYS or key in lifecycle.properties_by_key:
            raise BadMapping(f"{key!r} cannot be the key of a further attribute.", field=where, code="bad_attribute")
        return ""
    raise BadMapping(f"A column of {target} cannot go to {to!r}.", field=where, code="no_such_place")


def formats_of(data_type: str) -> tuple[str, ...]:
    """How cells of this type may be written; nothing where there is one way only."""
    if data_type in DATED:
        return (*DATE_FORMATS, *COUNTED_FORMATS)
    return NUMBER_FORMATS if data_type in NUMBERED else ()


def _column(to: str, data_type: str, each: dict[str, Any], found: Keyed[str, Any], where: str) -> Column:
    data_type = data_type or each.get("type") or found["type"]
    if data_type not in set(DataType):
        raise BadMapping(f"{data_type!r} is not a type of value.", field=where)
    value_format = each.get("format") or ""
    formats = formats_of(data_type)
    fitting = found["dates"] if data_type in DATED else found["numbers"] if data_type in NUMBERED else ()
    if not formats:
        return Column(to, data_type)
    if value_format and value_format not in formats:
        raise BadMapping(f"{value_format!r} is not one of {', '.join(formats)}.", field=where, code="no_such_format")
    return Column(to, data_type, value_format or (fitting[0][0] if fitting else formats[0]))


def _values(
    given: dict[str, Any],
    columns: dict[str, Column],
    found: Collection[str],
    pipeline: PipelineTerms | None,
    lifecycle: Blueprint,
) -> dict[str, dict[str, str]]:
    wanted = given.get("values") or {}
    if not isinstance(wanted, dict):
        raise BadMapping("`values` names a value for each value of a column.", field="values")
    values: dict[str, dict[str, str]] = {}
    for header, pairs in wanted.items():
        where = f"values.{header}"[:200]
        if header not in found:
            raise BadMapping(f"The file has no column {header!r}.", field=where, code="no_such_column")
        if header not in columns:
            continue
        if (
            not isinstance(pairs, dict)
            or len(pairs) > MAX_VALUES
            or not all(isinstance(v, str) for v in pairs.values())
        ):
            raise BadMapping(f"Name one text for each value of {header!r}.", field=where)
        column = columns[header]
        if column.to == "stage" and pipeline:
            keys = {"", *(stage.key for stage in pipeline.stages)}
            if unknown := sorted(set(pairs.values()) - keys):
                raise BadMapping(f"The pipeline has no stage {unknown[0]!r}.", field=where, code="no_such_stage")
        terms = lifecycle.properties_by_key.get(column.to.removeprefix(targets.PROPERTY))
        if terms and terms.type is DataType.CHOICE:
            _check_options(pairs, terms, where)
        values[header] = dict(pairs)
    return values


def _check_options(pairs: dict[str, str], terms: PropertyTerms, where: str) -> None:
    options = {loose(option) for option in terms.options} | {""}
    if unknown := sorted(value for value in pairs.values() if loose(value) not in options):
        raise BadMapping(f"{terms.label} has no option {unknown[0]!r}.", field=where, code="no_such_option")


def _check_enough(mapping: Mapping) -> None:
    """A row must at least be somebody."""
    mapped = {column.to for column in mapping.columns.values()}
    needed = {
        "accounts": ({"name"}, "the company's name"),
        "people": ({"name", "first_name", "last_name", "email"}, "a name or an e-mail address"),
    }.get(mapping.target, ({"external_id", "email", "name", "first_name", "last_name"}, "an id, an e-mail or a name"))
    if not mapped & needed[0]:
        raise BadMapping(f"One column must hold {needed[1]}.", field="columns", code="nothing_to_know_rows_by")


def _pipeline(given: dict[str, Any], target: str, lifecycle: Blueprint) -> PipelineTerms | None:
    kind = targets.RECORD_KINDS.get(target)
    if kind is None:
        return None
    key = given.get("pipeline") or lifecycle.pipeline_for(kind).key
    found = next((each for each in lifecycle.pipelines if each.key == key and each.record_kind == kind), None)
    if found is None:
        raise BadMapping(f"{target.capitalize()} have no pipeline {key!r}.", field="pipeline", code="no_such_pipeline")
    return found


def _one_of(given: dict[str, Any], key: str, allowed: Any, default: str | None) -> str:
    value = given.get(key) or default
    if value not in allowed:
        raise BadMapping(f"`{key}` is one of {', '.join(allowed)}.", field=key)
    return str(value)


def _boolean(given: dict[str, Any], key: str) -> bool:
    value = given.get(key, False)
    if not isinstance(value, bool):
        raise BadMapping(f"`{key}` is true or false.", field=key)
    return value


def _day(given: dict[str, Any], key: str) -> date | None:
    value = given.get(key)
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise BadMapping(f"`{key}` is a day, YYYY-MM-DD.", field=key) from None


def _texts(value: Any, key: str, most: int) -> list[str]:
    if not isinstance(value, list) or len(value) > most or not all(isinstance(each, str) for each in value):
        raise BadMapping(f"`{key}` is a list of at most {most} texts.", field=key)
    return [each.strip() for each in value if each.strip()]


def _system(given: dict[str, Any]) -> str:
    value = given.get("system") or "csv"
    if not isinstance(value, str) or not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,59}", value):
        raise BadMapping("`system` is a short key: small letters, digits, - and _.", field="system")
    return value


def _currency(given: dict[str, Any]) -> str:
    value = given.get("currency") or ""
    if not isinstance(value, str) or not re.fullmatch(r"([A-Z]{3})?", value):
        raise BadMapping("`currency` is a code of three capital letters.", field="currency")
    return value


def _time_zone(given: dict[str, Any]) -> str:
    dates = given.get("dates") or {}
    if isinstance(dates, dict):
        _refuse_unknown(dates, ("time_zone",), "dates.")
    value = dates.get("time_zone") if isinstance(dates, dict) else None
    if not value:
        return ""
    try:
        return ZoneInfo(value).key
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        raise BadMapping(f"{str(value)[:60]!r} is not a time zone.", field="dates.time_zone") from None
