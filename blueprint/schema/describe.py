"""What a form, a document of help, a label or a path needs to know about each field of a part.

`fields_of(SeamTerms)["answer_minutes"]` answers with label, help, kind of value, bounds, choices, default, and, for a
list of items or an object inside, the class of its parts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Annotated, Any, Literal, get_args, get_origin

from django.db.models import TextChoices
from pydantic import TypeAdapter
from pydantic.fields import FieldInfo

from blueprint.schema.document import Blueprint
from blueprint.schema.part import Part
from blueprint.schema.values import (
    AboutHandoff,
    AsOne,
    CountsWhere,
    Day,
    Fixed,
    Free,
    IsExpression,
    Listed,
    Named,
    Names,
    Number,
    OneOf,
    Text,
    Whole,
)

Kind = Literal["text", "whole", "number", "flag", "choice", "day", "values", "items", "object", "free"]


@dataclass(frozen=True)
class ValueKind:
    """One value. `least` and `most` bound a number's size, a text's length or a list's length; `part` is the class of
    an object or of a list's items, `each` what a list of plain values holds; `names` says what a text refers to."""

    kind: Kind
    least: float | None = None
    most: float | None = None
    may_be_blank: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    part: type[Part] | None = None
    each: "ValueKind | None" = None
    names: Named | None = None
    is_expression: bool = False
    is_about_handoff: bool = False
    is_fixed: bool = False
    is_one_value: bool = False
    counts_where: CountsWhere | None = None
    pattern: str = ""
    example: str = ""


@dataclass(frozen=True)
class PartField:
    """One field of a part. `name` is its name in the document, `attribute` that of the class."""

    name: str
    attribute: str
    label: str
    help: str
    value: ValueKind
    is_needed: bool
    default: Any
    adapter: TypeAdapter[Any]
    """Reads a value of this field alone: `field.adapter.validate_python(value)` raises pydantic's ValidationError."""


@cache
def fields_of(part: type[Part]) -> Mapping[str, PartField]:
    """The fields of a part by their name in the document, in the order they are shown."""
    found = {field.name: field for field in (_field(name, info) for name, info in part.model_fields.items())}
    return MappingProxyType(found)


def keyed_lists(part: type[Part] = Blueprint) -> Iterator[tuple[str, type[Part]]]:
    """The name of every keyed list inside a part, with the class of its items."""
    for name, field in fields_of(part).items():
        if field.value.part is None:
            continue
        if field.value.kind == "items":
            yield name, field.value.part
        yield from keyed_lists(field.value.part)


def _field(attribute: str, info: FieldInfo) -> PartField:
    default = None if info.is_required() else info.get_default(call_default_factory=True)
    return PartField(
        name=info.alias or attribute,
        attribute=attribute,
        label=info.title or attribute,
        help=info.description or "",
        value=_value(info.annotation, info.metadata),
        is_needed=info.is_required(),
        default=_plain(default),
        adapter=TypeAdapter(info.rebuild_annotation()),
    )


def _plain(default: Any) -> Any:
    """A default as a document would write it."""
    if isinstance(default, Part):
        return default.model_dump(mode="json", by_alias=True)
    if isinstance(default, tuple):
        return [_plain(each) for each in default]
    return default.value if isinstance(default, TextChoices) else default


KINDS: dict[type, Kind]
KINDS = {Whole: "whole", Number: "number", OneOf: "choice", Day: "day", Free: "free", Text: "text"}


def _value(annotation: Any, metadata: Sequence[Any]) -> ValueKind:
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        return _value(inner, [*more, *metadata])
    marks: dict[type, Any] = {type(mark): mark for mark in metadata}
    if listed := marks.get(Listed):
        each = _value(get_args(annotation)[0], ())
        if each.kind == "object":
            return ValueKind("items", listed.least, listed.most, part=each.part)
        return ValueKind("values", listed.least, listed.most, each=each)
    said: dict[str, Any] = {
        "is_fixed": Fixed in marks,
        "is_expression": IsExpression in marks,
        "is_about_handoff": AboutHandoff in marks,
        "is_one_value": AsOne in marks,
        "counts_where": marks.get(CountsWhere),
        "names": marks[Names].what if Names in marks else None,
    }
    for mark in KINDS.keys() & marks.keys():
        return ValueKind(KINDS[mark], **vars(marks[mark]), **said)
    classes = [each for each in (annotation, *get_args(annotation)) if isinstance(each, type)]
    if words := next((each for each in classes if issubclass(each, TextChoices)), None):
        return ValueKind("choice", choices=tuple(words.choices), **said)
    if part := next((each for each in classes if issubclass(each, Part)), None):
        return ValueKind("object", part=part, **said)
    return ValueKind("flag")
