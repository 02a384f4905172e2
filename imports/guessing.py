"""The first guess at a mapping, from headers and values. People correct it on the page; a program may send its own."""

import re
from collections.abc import Callable, Collection
from collections.abc import Mapping as Keyed
from functools import partial
from itertools import islice
from os.path import commonprefix
from typing import Any

from blueprint.expressions.fields import DataType
from blueprint.property_values import are_options
from blueprint.schema import Blueprint, PipelineTerms
from blueprint.typed_values import EMAIL, loose, yes_or_no
from imports import destinations as targets
from imports import header_words, stage_words
from imports.addresses import address_in
from imports.currencies import of_header
from imports.file_targets import target_of_file
from imports.formats import DATED, NUMBERED, SEVERAL, SOMEBODY, read_number
from imports.header_words import heard
from imports.header_zones import common_zone
from imports.known_attributes import found_again
from imports.mapping_parts import NAMES
from imports.neighbours import YEAR_FIRST, begins_with_year, settled
from imports.profiling import PLACEHOLDER

MOMENTS = ("created_at", "entered_stage_at", "happened_at")
PERSON = re.compile(r"[^\W\d_]+([ .'-]+[^\W\d_]+)+\.?|[^@\s]+@[^@\s]+")
DATE_WORDS = {"date", "time", "at", "on", "entered", "became", "a", "hs"}
NO_CODES = (DataType.NUMBER, DataType.BOOLEAN, *DATED)  # what codes are not
MIN_STEM = 4
NAMELESS = re.compile(r"Column \d+")
LEAST_SHARE = 0.5  # of the rows: fewer, and the header is taken to mean something else
Found = Keyed[str, Any]


def guess(
    findings: Found, lifecycle: Blueprint, *, file_name: str, target: str = "", time_zone: str = ""
) -> dict[str, Any]:
    """A mapping as JSON for a file, its target told or guessed as well. One query: which attributes there are."""
    columns = {column["header"]: column for column in findings["columns"]}
    target = target or target_of_file(file_name, list(columns))
    kind = targets.RECORD_KINDS.get(target, "")
    pipeline = lifecycle.pipeline_for(kind) if kind else None
    if target == "events":
        pipeline = stage_words.likely_pipeline(columns.values(), lifecycle)
    places = _places(columns.values(), target, kind, pipeline, lifecycle)
    places |= found_again(places, lifecycle)
    header_at = {to: header for header, to in places.items()}
    values = {}
    if pipeline and (header := header_at.get("stage")):
        values[header] = stage_words.guess_values(columns[header], pipeline)
        _date_the_stages(columns.values(), places, values[header], pipeline)
    amounts = header_at.get("amount") or header_at.get("mrr", "")  # `Opportunity Amount USD` names its currency
    owners = columns.get(header_at.get("owner", ""))
    moments = [header for header, to in places.items() if to in MOMENTS and columns[header]["type"] in DATED]
    mapped = {}
    marks, order = settled(columns.values())
    marks = marks or ("1.234,56" if findings["delimiter"] == ";" else "")
    order = order or ("MM" if time_zone.startswith("America/") else "")
    for header, column in columns.items():
        mapped[header] = _mapped(column, places[header], target, lifecycle, (marks, order))
    return {
        "target": target,
        "pipeline": pipeline.key if pipeline else "",
        "system": header_words.guess_system(list(columns)),
        "columns": mapped,
        "values": values,
        "unknown_owner": "create" if owners and all(PERSON.fullmatch(name) for name in owners["samples"]) else "blank",
        "unable_owner": "blank",
        "history": bool(values),
        "currency": of_header(amounts)[1] or of_header(header_words.normal(amounts))[1],
        "dates": {"time_zone": common_zone(moments) if moments else ""},
    }


def _places(
    columns: Collection[Found], target: str, kind: str, pipeline: PipelineTerms | None, lifecycle: Blueprint
) -> dict[str, str]:
    """Where each column goes. A core place takes the column whose header means it most surely and whose values can be
    it; what is left over becomes a property or an attribute."""
    said = [(column, header_words.said_by(column["header"], kind)) for column in columns]
    as_written = [(column, {name, of_header(name)[0]}) for column, (name, *_) in said]
    places: dict[str, str] = {}
    for spellings_of in (as_written, [(column, set(others)) for column, (_, *others) in said]):
        for place in targets.places_of(target):
            fitting = [
                column
                for spelling in ([] if place.key in places.values() else header_words.headers_of(place, kind))
                for column, spellings in spellings_of
                if spelling in spellings and column["header"] not in places and _can_be(place, column)
            ]
            if fitting and place.key == "stage" and pipeline:
                likely = stage_words.stage_columns(said, header_words.headers_of(place, kind), pipeline)
                fitting = [each for each in likely if each["header"] not in places and _can_be(place, each)]
            if fitting:
                places[fitting[0]["header"]] = place.key
    if target not in ("accounts", "events") and "email" not in places.values():
        addresses = (column["header"] for column in columns if column["header"] not in places and _is_nameless(column))
        places |= {header: "email" for header in islice(addresses, 1)}
    rest = [column for column in columns if column["header"] not in places]
    sure = header_words.property_words(lifecycle.properties)
    for column in sorted(rest, key=lambda column: sure.get(heard(column["header"]), len(sure))):
        places[column["header"]] = _other_place(column, target, lifecycle, set(places.values()))
    if "stage" in places.values() and (beside := stage_words.outcome_beside(columns, places, kind)):
        places[beside] = "outcome"
    return places


def _is_nameless(column: Found) -> bool:
    """Whether the file does not name the column, or in no letters we know, and it holds addresses."""
    is_named = heard(column["header"]) and not NAMELESS.fullmatch(column["header"])
    return not is_named and all(map(EMAIL.fullmatch, column["samples"] or ["-"]))


def _can_be(place: targets.Destination, column: Found) -> bool:
    """Whether the values allow it. A column that holds nothing is left out, whatever it is called."""
    if not column["filled"]:
        return False
    if place.key == "email":
        return any(EMAIL.fullmatch(address_in(value)) for value in column["samples"])
    if place.key.endswith("domain"):
        return any("." in value for value in column["samples"])
    if place.key == "account" and all(map(str.isdigit, column["samples"])):
        return False  # the company's number
    if place.key in ("external_id", "name") and column["type"] in DATED:
        return False
    return _fits_type(column, place.data_type)


def _fits_type(column: Found, data_type: str) -> bool:
    """Whether the column keeps the place that its header names: half of its rows can be read. The others are rejected
    one by one, and the page says so first."""
    if data_type in DATED:
        return bool(column["dates"]) and column["dates"][0][1] >= LEAST_SHARE
    if data_type == DataType.INTEGER and column["numbers"]:
        for number_format, _ in column["numbers"]:
            read = partial(read_number, number_format=number_format, in_units=True)
            if _share(column, lambda value, read=read: read(value) == round(read(value) or 0, 0)) >= LEAST_SHARE:
                return True
        return False
    if data_type in NUMBERED:
        return bool(column["numbers"]) and column["numbers"][0][1] >= LEAST_SHARE
    if data_type == DataType.BOOLEAN:
        return _share(column, lambda value: yes_or_no(value) is not None) >= LEAST_SHARE
    return True


def _share(column: Found, can_read: Callable[[str], bool]) -> float:
    """Of the rows whose values are known, the share that can be read; placeholders do not count."""
    counts = [(value, count) for value, count in column["values"] if not PLACEHOLDER.fullmatch(value)]
    return sum(count for value, count in counts if can_read(value)) / max(sum(count for _, count in counts), 1)


def _other_place(column: Found, target: str, lifecycle: Blueprint, used: set[str]) -> str:
    """A property where one fits, else a further attribute; what holds nothing is skipped."""
    header = column["header"]
    if target in targets.PLAIN or not column["filled"] or header_words.normal(header).startswith("fivetran_"):
        return targets.SKIP
    key = header_words.property_for(header, lifecycle, targets.RECORD_KINDS.get(target, ""))
    if key and targets.PROPERTY + key not in used and _fits_property(column, key, lifecycle):
        return targets.PROPERTY + key
    base = attribute = targets.ATTRIBUTE + header_words.attribute_key(header, lifecycle)
    count = 1
    while attribute in used:
        count += 1
        attribute = f"{base}_{count}"
    return attribute


def _fits_property(column: Found, key: str, lifecycle: Blueprint) -> bool:
    terms = lifecycle.properties_by_key[key]
    if terms.type is DataType.CHOICE:
        options = {loose(option) for option in terms.options}
        return not column["is_many"] and _share(column, lambda value: loose(value) in options) >= LEAST_SHARE
    if terms.type is DataType.CHOICES:
        return _share(column, lambda value: are_options(terms, value)) >= LEAST_SHARE
    return _fits_type(column, terms.type.value)


def _date_the_stages(
    columns: Collection[Found], places: dict[str, str], values: dict[str, str], pipeline: PipelineTerms
) -> None:
    """`engage_date` beside a stage `Engaging` dates that stage; so does a header that names a stage itself."""
    taken = set(places.values())
    words = {loose(value): key for value, key in values.items() if key}
    words |= {loose(stage.key): stage.key for stage in pipeline.stages}
    for column in columns:
        header = column["header"]
        if column["type"] not in DATED or not places[header].startswith(targets.ATTRIBUTE):
            continue
        stem = "".join(part for part in header_words.normal(header).split("_") if part not in DATE_WORDS)
        key = next((key for word, key in words.items() if _same_stem(stem, word)), None)
        if key and targets.ENTERED + key not in taken:
            places[header] = targets.ENTERED + key
            taken.add(places[header])


def _same_stem(stem: str, word: str) -> bool:
    """`engage` and `engaging`, `prospect` and `prospecting`."""
    return stem == word or len(commonprefix([stem, word])) >= max(MIN_STEM, len(stem) - 1)


def _mapped(column: Found, to: str, target: str, lifecycle: Blueprint, likely_ones: tuple[str, str]) -> dict[str, Any]:
    """The column as the mapping has it; where several formats of its cells fit, in what the marks of the file's numbers
    and the order of its days make likely."""
    data_type = targets.type_at(to, target, lifecycle) or column["type"]
    shares = column["dates"] if data_type in DATED else column["numbers"] if data_type in NUMBERED else []
    fitting = [each for each, share in shares if share == shares[0][1]]
    marks, order = likely_ones
    if data_type in DATED:
        likely = [each for each in fitting if order and each.startswith(order)]
        of_years = [each for each in fitting if each in YEAR_FIRST]
        likely[:0] = of_years if of_years and begins_with_year(column) else []
    else:
        likely = [each for each in fitting if each == marks]
    value_format = next(iter([*likely, *fitting]), "")
    if to.startswith(targets.ATTRIBUTE):
        if header_words.is_role(column["header"], targets.RECORD_KINDS.get(target, "")):
            data_type, value_format = DataType.TEXT.value, SOMEBODY
        elif data_type in NO_CODES and header_words.is_of_codes(column["header"], data_type):
            data_type, value_format = DataType.TEXT.value, ""
        elif column["holds_several"]:
            value_format = SEVERAL
    # of names, only what spreadsheets write for errors is blank: somebody is called Null
    blanks = [word for word in column["placeholders"] if to not in NAMES or word.startswith("#")]
    return {"to": to, "type": data_type, "format": value_format, "blanks": blanks}
