"""The values of a column mapped to options, as the page shows them and as the posted form says them."""

from collections.abc import Mapping as Keyed
from typing import Any

from django.http import QueryDict

from blueprint.expressions.fields import DataType
from blueprint.property_values import are_options
from blueprint.schema import Blueprint, PropertyTerms
from blueprint.typed_values import loose, yes_or_no
from imports import destinations as targets

REJECT, BLANK, OPTION = "", "blank", "="  # how the select of a value says it; an option follows its mark
MAPPABLE = (DataType.CHOICE, DataType.CHOICES, DataType.BOOLEAN)
Found = Keyed[str, Any]


def value_columns(columns: list[Found], given: Keyed[str, Any], lifecycle: Blueprint) -> list[dict[str, Any]]:
    """Each column that goes to a property with options, with its values: how often each occurs, and what it means."""
    shown = []
    for place, found in enumerate(columns):
        column = given["columns"].get(found["header"], {})
        terms = _mappable(column.get("to", ""), found, lifecycle)
        if terms is None:
            continue
        named = given.get("values", {}).get(found["header"]) or {}
        refused = (given.get("refused") or {}).get(found["header"], ())
        values = [
            (value, count, REJECT if value in refused else _meaning(value, named, terms))
            for value, count in found["values"]
            if value not in column.get("blanks", ()) and value not in given.get("blanks", ())
            if terms.type is not DataType.CHOICES or value in refused or value in named or not are_options(terms, value)
        ]
        shown.append({
            "place": place, "header": found["header"], "to": column["to"], "label": terms.label, "values": values,
            "options": _options(terms, named), "unclear": sum(meaning == REJECT for _, _, meaning in values),
        })  # fmt: skip
    return shown


def values_said(
    posted: QueryDict, columns: list[Found], mapped: Keyed[str, Any], lifecycle: Blueprint
) -> tuple[dict[str, dict[str, str]], dict[str, list[str]]]:
    """What the form says of values: what they mean, and which of them reject their rows, by column. What reads itself
    is left out, and so is what was said of another property."""
    values: dict[str, dict[str, str]] = {}
    refused: dict[str, list[str]] = {}
    for place, found in enumerate(columns):
        header, to = found["header"], mapped[found["header"]]["to"]
        terms = _mappable(to, found, lifecycle)
        if terms is None or posted.get(f"value-to-{place}") != to:
            continue
        for value, choice in zip(posted.getlist(f"value-{place}"), posted.getlist(f"option-{place}"), strict=False):
            own = _meaning(value, {}, terms)
            if choice == own:
                continue
            if choice == REJECT:
                refused.setdefault(header, []).append(value)
            else:
                values.setdefault(header, {})[value] = "" if choice == BLANK else choice.removeprefix(OPTION)
    return values, refused


def _mappable(to: str, found: Found, lifecycle: Blueprint) -> PropertyTerms | None:
    """The property whose options the values of a column can mean."""
    if not to.startswith(targets.PROPERTY) or found["is_many"]:
        return None
    terms = lifecycle.properties_by_key.get(to.removeprefix(targets.PROPERTY))
    return terms if terms and terms.type in MAPPABLE else None


def _options(terms: PropertyTerms, named: Keyed[str, str]) -> list[tuple[str, str]]:
    """What a value can be said to mean; of several options also those that were named together."""
    if terms.type is DataType.BOOLEAN:
        return [(f"{OPTION}yes", "Yes"), (f"{OPTION}no", "No")]
    together = [text for text in dict.fromkeys(named.values()) if text and text not in terms.options]
    further = together if terms.type is DataType.CHOICES else []
    return [(OPTION + option, option) for option in (*terms.options, *further)]


def _meaning(value: str, named: Keyed[str, str], terms: PropertyTerms) -> str:
    """The choice that stands in the select of a value: what was said of it, else what it reads as itself."""
    if named.get(value) == "":
        return BLANK
    text = named.get(value, value)
    if terms.type is DataType.BOOLEAN:
        answer = yes_or_no(text)
        return REJECT if answer is None else f"{OPTION}yes" if answer else f"{OPTION}no"
    if terms.type is DataType.CHOICES and text != value:
        return OPTION + text
    option = next((option for option in terms.options if loose(option) == loose(text)), None)
    return REJECT if option is None else OPTION + option
