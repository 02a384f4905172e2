"""Kinds of values a part may hold: bounds, the sentence that refuses, and what a form needs to know.

Each is the metadata of an annotation, `label: Annotated[str, Text(160)]`. It decides how pydantic reads the value, so
an annotation `int | None` means "left out is None"; a written null is refused."""

import datetime
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal, get_args

from pydantic import GetCoreSchemaHandler, Strict, ValidationInfo
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from blueprint.schema.vocabularies import one_of

Named = Literal["function", "property", "field", "pipeline", "stage", "sibling", "seam", "calendar", "pool", "team"]
Named = Named | Literal["member"]


def refusal(message: str, **context: Any) -> PydanticCustomError:
    """An error whose message is the sentence a person reads."""
    return PydanticCustomError("refused", "{message}", {"message": message, **context})


@dataclass(frozen=True)
class Names:
    """The text names something else: a function, a property, a field (property or core field), a pipeline, a stage as
    `pipeline/stage`, a sibling (a stage of the same pipeline), a seam, calendar, pool, team, or a member's e-mail."""

    what: Named


@dataclass(frozen=True)
class IsExpression:
    """The text is an expression of the criteria language."""


@dataclass(frozen=True)
class AboutHandoff:
    """The expression may name what a handoff knows, beside its record."""


@dataclass(frozen=True)
class Fixed:
    """The value never changes once the item exists: a new name is a new item."""


@dataclass(frozen=True)
class CountsWhere:
    """The value counts only where the field beside it is one of these words."""

    field: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class AsOne:
    """The object inside is edited and compared as one value: its fields mean little apart."""


@dataclass(frozen=True)
class Text:
    """Words, at most `most` characters; blank only where allowed."""

    most: int = 160
    may_be_blank: bool = False
    pattern: str = ""
    example: str = ""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        words = core_schema.str_schema(strict=True, max_length=self.most)
        return core_schema.no_info_after_validator_function(self._check, words)

    def _check(self, value: str) -> str:
        if not value.strip() and not self.may_be_blank:
            raise refusal("This cannot be blank.")
        if "\0" in value:
            raise refusal("This text holds a character that cannot be kept.")
        if self.pattern and value and not re.fullmatch(self.pattern, value):
            raise refusal(f"“{value[:60]}” is not written like {self.example}.")
        return value


@dataclass(frozen=True)
class Whole:
    """A whole number within bounds, both included."""

    least: int = 0
    most: int = 1_000_000

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        bounds = core_schema.custom_error_schema(
            core_schema.int_schema(ge=self.least, le=self.most),
            "bounds",
            custom_error_message=f"This is between {self.least:,} and {self.most:,}.",
        )
        return core_schema.chain_schema([core_schema.int_schema(strict=True), bounds])

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: Any) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True)
class Number:
    """Any number within bounds, read as the decimal it is written as."""

    least: float = -1e12
    most: float = 1e12

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._decimal, core_schema.any_schema())

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: Any) -> dict[str, Any]:
        return {"type": "number", "minimum": self.least, "maximum": self.most}

    def _decimal(self, value: Any) -> Decimal:
        is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
        if not is_number or (isinstance(value, float) and not math.isfinite(value)):
            raise refusal("This is a number.")
        if not self.least <= value <= self.most:
            raise refusal(f"This is between {self.least:g} and {self.most:g}.")
        return value if isinstance(value, Decimal) else Decimal(str(value))


@dataclass(frozen=True)
class OneOf:
    """One of a few words that are no vocabulary of their own, or blank."""

    choices: tuple[tuple[str, str], ...]
    may_be_blank: bool = True

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        words = [word for word, _ in self.choices]
        literal = core_schema.literal_schema(words)
        return core_schema.custom_error_schema(literal, "not_a_word", custom_error_message=one_of(words))


@dataclass(frozen=True)
class Day:
    """A day of the calendar, written `2026-12-25`."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._day, core_schema.date_schema(strict=True))

    def _day(self, value: Any) -> datetime.date:
        if type(value) is datetime.date:
            return value
        try:
            return datetime.date.fromisoformat(value if isinstance(value, str) and len(value) == 10 else "")
        except ValueError:
            raise refusal("This is a day such as 2026-12-25.") from None


@dataclass(frozen=True)
class Inner:
    """An object that may be left out; a written null is refused like any other value that is no object."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return handler(next(each for each in get_args(source) if each is not type(None)))


@dataclass(frozen=True)
class Free:
    """A small free object, such as a metric's parameters: plain values under plain names."""

    most: int = 20

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._check, handler(source))

    def _check(self, value: Any) -> Any:
        if not isinstance(value, dict) or len(value) > self.most:
            raise refusal("This is a small object of names and values.")
        for name, each in value.items():
            if not isinstance(name, str) or len(name) > 60 or not isinstance(each, str | int | float | bool | list):
                raise refusal("This is a name with a plain value.", inside=(str(name),))
        return value


@dataclass(frozen=True)
class Listed:
    """A list with at most `most` items. Items that are parts with a name of their own (`named_by`) form a keyed list:
    no two share their name, and an item that brings no key gets one made from its label."""

    most: int = 200
    least: int = 0

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        item = get_args(source)[0]
        before = core_schema.no_info_before_validator_function(self._reader(item), handler(source))
        if not getattr(item, "named_by", ()):
            return before
        return core_schema.with_info_after_validator_function(self._take_places, before)

    def _reader(self, item: Any) -> Any:
        def read(value: Any) -> Any:
            if not isinstance(value, list | tuple):
                raise refusal("This is a list.")
            if not self.least <= len(value) <= self.most:
                raise refusal(f"This list has {self.least} to {self.most} items, not {len(value)}.")
            return item.with_keys(value) if hasattr(item, "with_keys") else value

        return read

    def _take_places(self, items: Sequence[Any], info: ValidationInfo) -> Sequence[Any]:
        """A document in force is read whatever was once let through; one that is checked names no item twice."""
        seen = set()
        for place, item in enumerate(items):
            if item.name in seen and not info.context:
                raise refusal("This name is given twice.", inside=(place,))
            seen.add(item.name)
            item.remember(position=place)
        return items


KEY = r"[a-z][a-z0-9_]{0,59}"
STAGE_PATH = r"[a-z][a-z0-9_]*/[a-z][a-z0-9_]*"
HOURS = r"[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}"

Key = Annotated[str, Text(60, pattern=KEY, example="marketing_to_sales")]
ItemKey = Annotated[str, Text(60, pattern=KEY, example="marketing_to_sales"), Fixed()]
Label = Annotated[str, Text(160)]
StagePath = Annotated[str, Text(121, pattern=STAGE_PATH, example="lifecycle/mql"), Names("stage")]
Hours = Annotated[str, Text(11, pattern=HOURS, example="09:00-17:30")]
Expression = Annotated[str, Text(2_000), IsExpression()]
Email = Annotated[str, Text(254, may_be_blank=True), Names("member")]
Flag = Annotated[bool, Strict()]
