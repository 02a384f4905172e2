"""The parts of a mapping: what each column of a file becomes. Kept as JSON with the import, given as JSON over the API.

    {"target": "opportunities", "pipeline": "sales", "system": "maven",
     "columns": {"opportunity_id": {"to": "external_id"}, "deal_stage": {"to": "stage"},
                 "engage_date": {"to": "entered:qualification", "format": "YYYY-MM-DD"}},
     "values": {"deal_stage": {"Won": "closed_won"}},
     "blanks": ["Select"], "on_repeat": "first", "history": true}

Every key but `target` and `columns` may be left out. A refusal names the column.
"""

from collections.abc import Collection
from datetime import date
from itertools import takewhile
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, ValidationError, model_validator

from blueprint.schema.functions import FunctionKey
from blueprint.schema.part import Part
from blueprint.schema.values import Day, Flag, Listed, OneOf, Text, refusal
from blueprint.shape import sentence
from core.errors import BadInput
from core.people.functions import Function
from imports import destinations as targets
from imports.formats import SOMEBODY

ON_REPEAT = ("update", "first")
UNKNOWN_OWNER = ("create", "blank", "reject")
UNABLE_OWNER = ("reject", "blank", "give")  # who is known and cannot own: who left, programs, who only reads
UNKNOWN_RECORD = ("reject", "create")
UNKNOWN_ORIGIN = ("blank", "reject")
KNOWN_DATES = ("ask", "replace", "keep")  # where the file dates a known stage otherwise
IMPOSSIBLE_DATES = ("reject", "set_aside")
NAMES = ("name", "first_name", "last_name")
MAX_BLANKS, MAX_VALUES = 50, 5_000


class BadMapping(BadInput):
    """The mapping does not fit the file or the blueprint; `field` names the column or the key."""

    code = "bad_mapping"


def _word_of(words: Collection[str]) -> OneOf:
    return OneOf(tuple((word, word) for word in words))


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise refusal(f"{name[:60]!r} is not a time zone.") from None


Words = Annotated[tuple[Annotated[str, Text(5_000, True)], ...], Listed(MAX_BLANKS)]


class MappingPart(Part):
    """A part of the mapping; what is blank in it was left out."""

    @model_validator(mode="before")
    @classmethod
    def _without_blanks(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        return {key: each for key, each in given.items() if each is not None and each != ""}


class Column(MappingPart):
    """Where one column goes, what its cells are, how they are written, and the words in it that mean blank."""

    to: Annotated[str, Text(200)] = targets.SKIP
    type: Annotated[str, Text(20)] = ""
    format: Annotated[str, Text(40)] = ""
    blanks: Words = ()

    @model_validator(mode="before")
    @classmethod
    def _with_its_place(cls, given: Any) -> Any:
        return {"to": given} if isinstance(given, str) else given


class Times(MappingPart):
    """How times in the file are to be understood."""

    time_zone: Annotated[str, Text(60), AfterValidator(_zone)] = ""


class Mapping(MappingPart):
    """A mapping that fits its file and the blueprint."""

    target: Annotated[str, _word_of(targets.TARGETS)]
    columns: dict[str, Column]
    pipeline: Annotated[str, Text(60)] = ""
    system: Annotated[str, Text(60, pattern=r"[a-z0-9][a-z0-9_-]*", example="hubspot")] = "csv"
    values: dict[str, Annotated[dict[str, Annotated[str, Text(5_000, True)]], Field(max_length=MAX_VALUES)]] = {}
    refused: dict[str, Words] = {}
    blanks: Words = ()
    dates: Times = Times()
    on_repeat: Annotated[str, _word_of(ON_REPEAT)] = "update"
    unknown_owner: Annotated[str, _word_of(UNKNOWN_OWNER)] = "blank"
    unable_owner: Annotated[str, _word_of(UNABLE_OWNER)] = "reject"
    owner_instead: Annotated[str, Text(254)] = ""
    unknown_record: Annotated[str, _word_of(UNKNOWN_RECORD)] = "reject"
    unknown_origin: Annotated[str, _word_of(UNKNOWN_ORIGIN)] = "blank"
    history: Flag = False
    known_dates: Annotated[str, _word_of(KNOWN_DATES)] = "ask"
    impossible_dates: Annotated[str, _word_of(IMPOSSIBLE_DATES)] = "set_aside"
    as_of: Annotated[date | None, Day()] = None
    currency: Annotated[str, Text(3, pattern="[A-Z]{3}", example="EUR")] = ""
    team_function: FunctionKey = Function.SALES.value

    @property
    def kind(self) -> str:
        """The kind of record, or nothing for accounts and people."""
        return targets.RECORD_KINDS.get(self.target, "")

    def column_for(self, to: str) -> str | None:
        """The header that goes there."""
        return next((header for header, column in self.columns.items() if column.to == to), None)

    @property
    def people_columns(self) -> dict[str, Column]:
        """Columns that name somebody beside the owner."""
        return {header: column for header, column in self.columns.items() if SOMEBODY in (column.type, column.format)}

    @property
    def makes_people(self) -> bool:
        """Whether somebody may be named whom the import could make a member."""
        return bool(self.column_for("owner") or self.people_columns)

    def blanks_of(self, header: str) -> frozenset[str]:
        """The words that mean blank in a column. Those of the whole file never do in names: somebody is called Null."""
        column = self.columns.get(header, Column())
        return frozenset(("", *column.blanks, *(() if column.to in NAMES else self.blanks)))

    @classmethod
    def of(cls, given: Any) -> Self:
        """The mapping by its shape alone. Raises BadMapping for the first place that is wrong."""
        try:
            return cls.model_validate(given)
        except ValidationError as refused:
            error = refused.errors(include_url=False)[0]
        if not error["loc"]:
            raise BadMapping("The mapping is a JSON object.", field="mapping")
        names = error["loc"]
        where = ".".join(map(str, takewhile(lambda name: not isinstance(name, int), names)))[:200]
        if error["type"] in ("extra_forbidden", "invalid_key"):
            raise BadMapping(f"A mapping has no {str(names[-1])[:80]!r}.", field=where, code="unknown_field")
        raise BadMapping(f"`{where[:80]}`: {sentence(error)}", field=where)
