"""The first guess at a mapping, from headers and values. People correct it on the page; a program may send its own."""

import re
from collections.abc import Mapping as Keyed
from os.path import commonprefix
from typing import Any

from blueprint.expressions.fields import DataType
from blueprint.schema import Blueprint, PipelineTerms
from blueprint.typed_values import EMAIL, loose, yes_or_no
from imports import destinations as targets
from imports import stages
from imports.mapping import DATED, NUMBERED

# Headers that tell what a file is about; the first target with a hit is taken.
TELLTALES = {
    "people": {"regional_office", "sales_agent_name", "active_user_id"},
    "opportunities": {"opportunity", "deal", "opportunities", "deals", "dealname", "deal_stage", "dealstage",
                      "close_date", "closedate", "close_value", "stage_name"},
    "leads": {"lead", "leads", "contact", "contacts", "prospect", "firstname", "first_name", "lastname", "last_name",
              "email"},
    "customers": {"customer_id", "renewal_date", "mrr", "churned"},
    "accounts": {"account", "company", "accounts", "companies", "industry", "sector", "annual_revenue",
                 "annualrevenue", "number_of_employees", "employees"},
}  # fmt: skip
CURRENCIES = re.compile(r"_(usd|eur|gbp|chf|jpy|cad|aud|inr)$")
PERSON = re.compile(r"[^\W\d_]+([ .'-]+[^\W\d_]+)+\.?|[^@\s]+@[^@\s]+")
DATE_WORDS = {"date", "time", "at", "on", "entered", "became", "a", "hs"}
MIN_STEM = 4
SALESFORCE_HEADERS = {"system_modstamp", "photo_url", "record_type_id"}
Found = Keyed[str, Any]


def guess(
    findings: Found, lifecycle: Blueprint, *, file_name: str, target: str = "", time_zone: str = ""
) -> dict[str, Any]:
    """A mapping as JSON for a file, its target told or guessed as well."""
    columns = findings["columns"]
    target = target or guess_target(file_name, [column["header"] for column in columns])
    kind = targets.RECORD_KINDS.get(target, "")
    pipeline = lifecycle.pipeline_for(kind) if kind else None
    places = _core_places(columns, target, kind, pipeline)
    used = set(places.values())
    for column in columns:
        header = column["header"]
        if header not in places:
            places[header] = _other_place(column, target, lifecycle, used)
            used.add(places[header])
    stage_header = next((header for header, to in places.items() if to == "stage"), None)
    values = {}
    if stage_header and pipeline:
        stage_column = _by_header(columns, stage_header)
        values[stage_header] = stages.guess_values(stage_column, pipeline)
        _date_the_stages(columns, places, values[stage_header], pipeline)
    owner_header = next((header for header, to in places.items() if to == "owner"), None)
    return {
        "target": target,
        "pipeline": pipeline.key if pipeline else "",
        "system": guess_system([column["header"] for column in columns]),
        "columns": {
            column["header"]: {
                "to": (to := places[column["header"]]),
                "type": (data_type := _type(column, to, target, lifecycle)),
                "format": _format(column, data_type, findings["delimiter"], time_zone),
            }
            for column in columns
        },
        "values": values,
        "blanks": findings["blanks"],
        "dates": {"time_zone": ""},
        "on_repeat": "update",
        "unknown_owner": "create" if owner_header and _are_people(_by_header(columns, owner_header)) else "blank",
        "history": bool(stage_header),
        "as_of": None,
        "currency": _currency(places),
        "team_function": "sales",
    }


def guess_target(file_name: str, headers: list[str]) -> str:
    """Leads, opportunities, customers, accounts or people, by headers first and the file's name second."""
    normal = [targets.normal(header) for header in headers]
    if normal[0] in ("owner_id", "user_id") or ("manager" in normal and len(normal) <= 6):
        return "people"
    words = {part for header in normal for part in (header, *header.split("_")[:1])}
    name = set(re.split(r"[^a-z]+", file_name.lower()))
    for said in (name, words):
        scores = {target: len(said & telltales) for target, telltales in TELLTALES.items()}
        best = max(scores, key=lambda target: scores[target])
        if scores[best]:
            return best
    return "leads"


def guess_system(headers: list[str]) -> str:
    """Which system wrote the file, by the dress of its headers."""
    if any(header.startswith(("property_", "hs_", "property_hs_")) for header in headers):
        return "hubspot"
    if any(header in SALESFORCE_HEADERS or header.endswith("__c") for header in headers):
        return "salesforce"
    return "csv"


def _core_places(columns: list[Any], target: str, kind: str, pipeline: PipelineTerms | None) -> dict[str, str]:
    """For each core place the column whose header means it most surely and whose values can be it."""
    by_normal: dict[str, list[Any]] = {}
    for column in columns:
        name = targets.normal(column["header"])
        for spelling in {name, CURRENCIES.sub("", name)}:
            by_normal.setdefault(spelling, []).append(column)
    places: dict[str, str] = {}
    for place in targets.places_of(target):
        fitting = [
            column
            for spelling in place.headers
            for column in by_normal.get(spelling.format(kind=kind), ())
            if column["header"] not in places and _can_be(place, column)
        ]
        if place.key == "stage" and pipeline:
            fitting.sort(key=lambda column: -stages.share_known(column, pipeline))
        if fitting:
            places[fitting[0]["header"]] = place.key
    return places


def _can_be(place: targets.Destination, column: Found) -> bool:
    """Whether the values allow it. A column that holds nothing is left out, whatever it is called."""
    if not column["filled"]:
        return False
    if place.key == "email":
        return any(EMAIL.fullmatch(value) for value in column["samples"])
    if place.key.endswith("domain"):
        return any("." in value for value in column["samples"])
    if place.key in ("external_id", "name") and column["type"] in DATED:
        return False
    return _fits_type(column, place.data_type)


def _fits_type(column: Found, data_type: str) -> bool:
    if data_type in DATED:
        return bool(column["dates"]) and column["dates"][0][1] > 0.9
    if data_type == DataType.INTEGER:
        return bool(column["type"] == DataType.INTEGER)
    if data_type in NUMBERED:
        return bool(column["numbers"]) and column["numbers"][0][1] > 0.9
    if data_type == DataType.BOOLEAN:
        return all(yes_or_no(value) is not None for value, _ in column["values"]) and not column["is_many"]
    return True


def _other_place(column: Found, target: str, lifecycle: Blueprint, used: set[str]) -> str:
    """A property where one fits, else a further attribute; what holds nothing is skipped."""
    header = column["header"]
    if target == "people" or not column["filled"] or targets.normal(header).startswith("fivetran_"):
        return targets.SKIP
    key = targets.property_for(header, lifecycle)
    if key and targets.PROPERTY + key not in used and _fits_property(column, key, lifecycle):
        return targets.PROPERTY + key
    base = attribute = targets.ATTRIBUTE + targets.attribute_key(header, lifecycle)
    count = 1
    while attribute in used:
        count += 1
        attribute = f"{base}_{count}"
    return attribute


def _fits_property(column: Found, key: str, lifecycle: Blueprint) -> bool:
    terms = lifecycle.properties_by_key[key]
    if terms.type is DataType.CHOICE:
        options = {loose(option) for option in terms.options}
        return not column["is_many"] and all(loose(value) in options for value, _ in column["values"])
    return _fits_type(column, terms.type.value)


def _date_the_stages(
    columns: list[Any], places: dict[str, str], values: dict[str, str], pipeline: PipelineTerms
) -> None:
    """`engage_date` beside a stage `Engaging` dates that stage; so does a header that names a stage itself."""
    taken = set(places.values())
    words = {loose(value): key for value, key in values.items() if key}
    words |= {loose(stage.key): stage.key for stage in pipeline.stages}
    for column in columns:
        header = column["header"]
        if column["type"] not in DATED or not places[header].startswith(targets.ATTRIBUTE):
            continue
        stem = "".join(part for part in targets.normal(header).split("_") if part not in DATE_WORDS)
        key = next((key for word, key in words.items() if _same_stem(stem, word)), None)
        if key and targets.ENTERED + key not in taken:
            places[header] = targets.ENTERED + key
            taken.add(places[header])


def _same_stem(stem: str, word: str) -> bool:
    """`engage` and `engaging`, `prospect` and `prospecting`."""
    return len(commonprefix([stem, word])) >= max(MIN_STEM, len(stem) - 1)


def _type(column: Found, to: str, target: str, lifecycle: Blueprint) -> str:
    """What the cells must be for their place; an attribute takes them as they are."""
    if core := targets.place(target, to):
        return core.data_type
    if to.startswith(targets.ENTERED):
        return DataType.DATETIME.value
    if to.startswith(targets.PROPERTY):
        return lifecycle.properties_by_key[to.removeprefix(targets.PROPERTY)].type.value
    return str(column["type"])


def _format(column: Found, data_type: str, delimiter: str, time_zone: str) -> str:
    """The format of the column's cells; where several fit, what the file and the workspace make likely."""
    if data_type in DATED:
        fitting = [each for each, share in column["dates"] if share == column["dates"][0][1]]
        month_first = [each for each in fitting if each.startswith("MM")]
        return month_first[0] if month_first and time_zone.startswith("America/") else fitting[0] if fitting else ""
    if data_type in NUMBERED:
        fitting = [each for each, share in column["numbers"] if share == column["numbers"][0][1]]
        comma = [each for each in fitting if each == "1.234,56"]
        return comma[0] if comma and delimiter == ";" else fitting[0] if fitting else ""
    return ""


def _are_people(column: Found) -> bool:
    """Whether an owner column holds names or addresses, not another system's ids."""
    return all(PERSON.fullmatch(value) for value in column["samples"])


def _currency(places: dict[str, str]) -> str:
    """`Opportunity Amount USD` names its currency."""
    header = next((header for header, to in places.items() if to == "amount"), "")
    found = CURRENCIES.search(targets.normal(header))
    return found[1].upper() if found else ""


def _by_header(columns: list[Any], header: str) -> Any:
    return next(column for column in columns if column["header"] == header)
