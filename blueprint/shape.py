"""Whether a document is a blueprint, and whether one edit of it may be proposed; the first place that is wrong."""

import re
from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from blueprint.paths import NAMED_BY, ORDER, BadPath, Path, spelled
from blueprint.schema import Blueprint, Part, PartField, fields_of
from blueprint.schema.vocabularies import one_of

PartT = TypeVar("PartT", bound=Part)
SENTENCES = {
    "missing": "This is missing.",
    "extra_forbidden": "The blueprint knows no such part.",
    "invalid_key": "The blueprint knows no such part.",
    "model_type": "This is an object with named parts.",
    "model_attributes_type": "This is an object with named parts.",
    "string_type": "This is text.",
    "string_unicode": "This text holds a character that cannot be kept.",
    "int_type": "This is a whole number.",
    "bool_type": "This is true or false.",
}


class BadShape(ValueError):
    """A value that cannot stand at its place: `path` says where, the message says why."""

    code = "bad_shape"

    def __init__(self, path: Sequence[Any], message: str) -> None:
        self.path, self.message = spelled(path), message
        super().__init__(f"{self.path}: {message}" if path else message)


def check_document(document: Any) -> Blueprint:
    """The blueprint a document writes down, word for word. Raises BadShape naming the place where it is none."""
    try:
        return Blueprint.model_validate(document)
    except ValidationError as refused:
        raise _first(refused, document, ()) from None


def check_part(part: type[PartT], value: Any) -> PartT:
    """One part by itself. Raises BadShape naming the place in it."""
    try:
        return part.model_validate(value)
    except ValidationError as refused:
        raise _first(refused, value, ()) from None


def check_edit(path: Path, after: Any) -> None:
    """Refuse an edit that could never stand: no such place, or not such a value there. Raises BadPath or BadShape.

    `after` is None where the place is to be taken away."""
    inside, field = _place(path)
    last = path[-1]
    if field is not None and field.value.is_fixed:
        raise BadPath(path, "What a thing is called by does not change; add a new one instead.")
    if after is None:
        if len(path) == 1 or (field is not None and field.is_needed):
            raise BadShape(path, "This cannot be taken away.")
        return
    if last == ORDER:
        if not isinstance(after, list) or not all(isinstance(each, dict) for each in after):
            raise BadShape(path, "An order is a list of names.")
        return
    try:
        inside.model_validate(after) if field is None else field.adapter.validate_python(after)
    except ValidationError as refused:
        raise _first(refused, after, path) from None
    if isinstance(last, dict) and any(after.get(name) != value for name, value in last.items()):
        raise BadShape(path, "The item is not called what the path says.")


def _place(path: Path) -> tuple[type[Part], PartField | None]:
    """The part a path leads into and its field there; no field where the last step chooses an item, or an order."""
    inside: type[Part] = Blueprint
    field: PartField | None = None
    for place, step in enumerate(path):
        so_far = path[: place + 1]
        if field is not None and field.value.kind == "items" and field.value.part:
            inside, field = field.value.part, None
            if step == ORDER and place == len(path) - 1:
                break
            if not isinstance(step, dict) or set(step) != set(inside.named_by):
                raise BadPath(so_far, f"An item of this list is chosen by its {' and '.join(inside.named_by)}.")
            continue
        if field is not None:
            if field.value.kind != "object" or field.value.part is None:
                raise BadPath(so_far, "This cannot be edited on its own.")
            inside = field.value.part
        field = fields_of(inside).get(step) if isinstance(step, str) else None
        if field is None:
            raise BadPath(so_far, "The blueprint knows no such part.")
    return inside, field


def _first(refused: ValidationError, value: Any, path: Sequence[Any]) -> BadShape:
    """The first of pydantic's errors as the sentence a person reads, at its path in the document."""
    error = refused.errors(include_url=False)[0]
    where = [*error["loc"], *error.get("ctx", {}).get("inside", ())]
    return BadShape((*path, *_named(where, value, path[-1] if path else None)), sentence(error))


def sentence(error: ErrorDetails) -> str:
    """One of pydantic's errors as a person reads it."""
    if error["type"] == "enum":
        return one_of(re.findall(r"'(\w+)'", error["ctx"]["expected"]))
    if error["type"] == "string_too_long":
        return f"At most {error['ctx']['max_length']:,} characters."
    return SENTENCES.get(error["type"], error["msg"])


def _named(where: Sequence[str | int], value: Any, inside: Any) -> list[Any]:
    """Pydantic's place as steps of a path: an item is called by its name where it has one, else by its number.

    `inside` is the step that led to the value."""
    steps: list[Any] = []
    for step in where:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            value = None
        steps.append(step if isinstance(step, str) else _item(value, step, NAMED_BY.get(inside, ())))
        inside = step
    return steps


def _item(item: Any, place: int, names: tuple[str, ...]) -> Any:
    if names and isinstance(item, dict) and all(isinstance(item.get(name), str) for name in names):
        return {name: item[name] for name in names}
    return str(place + 1)
