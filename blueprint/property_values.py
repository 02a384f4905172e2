"""Values of properties of the catalogue, as the database keeps them: by the property's type and its options."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from blueprint.expressions.fields import DataType
from blueprint.schema import PropertyTerms
from blueprint.typed_values import (
    LONGEST_SHOWN,
    BadValue,
    Reader,
    boolean,
    day,
    email,
    integer,
    loose,
    moment,
    number,
    text,
)

BETWEEN = ";"  # stands between several values in one text


def option_of(terms: PropertyTerms, field: str, value: Any) -> str:
    """The option meant: case, blanks and punctuation do not tell two options apart (“GTXPro” is “GTX Pro”)."""
    found = _options(terms.options).get(loose(value) or value) if isinstance(value, str) else None
    if found is None:
        options = ", ".join(terms.options)
        raise BadValue("unknown_option", field, f"“{str(value)[:LONGEST_SHOWN]}” is none of: {options}.")
    return found


def options_of(terms: PropertyTerms, field: str, value: Any) -> list[str] | None:
    """The options meant, each once and in their order; in text they stand with ; between them."""
    parts = value.split(BETWEEN) if isinstance(value, str) else value
    if not isinstance(parts, list | tuple):
        raise BadValue("wrong_type", field, "This must be a list of options.")
    found = {option_of(terms, field, part) for part in parts if not isinstance(part, str) or part.strip()}
    return [option for option in terms.options if option in found] or None


def are_options(terms: PropertyTerms, text: str) -> bool:
    """Whether each value of the text is an option."""
    known = _options(terms.options)
    return all((loose(part) or part) in known for each in text.split(BETWEEN) if (part := each.strip()))


@lru_cache(maxsize=512)
def _options(options: tuple[str, ...]) -> dict[str, str]:
    return {loose(option) or option: option for option in reversed(options)}


PARSERS: dict[DataType, Reader] = {
    DataType.TEXT: text,
    DataType.URL: text,
    DataType.EMAIL: email,
    DataType.PERSON: text,
    DataType.NUMBER: number,
    DataType.INTEGER: integer,
    DataType.BOOLEAN: boolean,
    DataType.DATE: day,
    DataType.DATETIME: moment,
}


CHOOSE: dict[DataType, Callable[[PropertyTerms, str, Any], Any]] = {
    DataType.CHOICE: option_of,
    DataType.CHOICES: options_of,
}


def property_value(terms: PropertyTerms, field: str, value: Any) -> Any:
    """The value of a property of the catalogue, None for a blank."""
    if value is None or value == "":
        return None
    if terms.type in CHOOSE:
        return CHOOSE[terms.type](terms, field, value)
    return PARSERS[terms.type](field, value)
