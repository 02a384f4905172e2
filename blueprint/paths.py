"""Where something stands in a blueprint document: `["seams", {"key": "marketing_to_sales"}, "answer_minutes"]`.

A step is a name inside an object, or a choice `{"key": …}` inside a list whose items have names of their own. The last
step `{"order": true}` means the order of such a list. A document is never changed: `put` answers with a new one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from blueprint.schema import Blueprint, fields_of, keyed_lists

Step = str | dict[str, Any]
Path = tuple[Step, ...]
Document = dict[str, Any]

ORDER: dict[str, Any] = {"order": True}
# What an item of a list is called by; a list that is not named here is one value.
NAMED_BY: dict[str, tuple[str, ...]] = {name: part.named_by for name, part in keyed_lists()}
# Objects and lists at the top that older versions do not write down, with what stands there all the same.
MAY_BE_LEFT_OUT: dict[str, Any] = {
    name: [] if field.value.kind == "items" else {}
    for name, field in fields_of(Blueprint).items()
    if not field.is_needed
}


class BadPath(ValueError):
    """A path that leads nowhere, with the sentence that says where it ends."""

    code = "bad_path"

    def __init__(self, path: Sequence[Any], message: str) -> None:
        self.path, self.message = spelled(path), message
        super().__init__(f"{self.path}: {message}")


def read_path(given: Any) -> Path:
    """A path as it arrives from JSON. Raises BadPath."""
    if not isinstance(given, list | tuple) or not 1 <= len(given) <= 8:
        raise BadPath((), "A path is a list of one to eight steps.")
    for step in given:
        is_name = isinstance(step, str) and 0 < len(step) <= 100
        is_choice = isinstance(step, dict) and step and all(isinstance(each, str | bool) for each in step.values())
        if not is_name and not (is_choice and all(isinstance(name, str) for name in step)):
            raise BadPath(given, "A step is a name, or an object that names an item of a list.")
    return tuple(given)


def spelled(path: Sequence[Any]) -> str:
    """`seams/marketing_to_sales/answer_minutes`: for messages and links."""
    parts = []
    for step in path:
        if isinstance(step, dict):
            parts.append("order" if step == ORDER else ".".join(str(value) for value in step.values()))
        else:
            parts.append(str(step))
    return "/".join(parts)


def name_of(item: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """The step that chooses this item."""
    return {name: item.get(name) for name in names}


def get(document: Any, path: Sequence[Step]) -> Any:
    """What stands there, or None where the last step is missing. Raises BadPath where the way to it is missing."""
    here: Any = document
    for place, step in enumerate(path):
        is_last = place == len(path) - 1
        if step == ORDER:
            return [name_of(item, _names(path, place)) for item in _listed(here, path)]
        if isinstance(step, dict):
            found = [item for item in _listed(here, path) if _is_chosen(item, step)]
            here = found[0] if found else None
        elif isinstance(here, dict):
            here = here.get(step)
            if here is None and place == 0 and not is_last:
                here = MAY_BE_LEFT_OUT.get(step)
        else:
            raise BadPath(path, "There is nothing of that name here.")
        if here is None and not is_last:
            raise BadPath(path[: place + 1], "This is not part of the blueprint.")
    return here


def put(here: Any, path: Path, value: Any, place: int = 0) -> Any:
    """The document with `value` at that place; None takes the place away. Raises BadPath. Inside, `here` is what the
    first `place` steps lead to."""
    step, is_last = path[place], place == len(path) - 1
    if step == ORDER:
        return _ordered(here, path, place, value)
    if isinstance(step, dict):
        items = _listed(here, path)
        at = next((number for number, item in enumerate(items) if _is_chosen(item, step)), len(items))
        if at == len(items) and not is_last:
            raise BadPath(path[: place + 1], "This is not part of the blueprint.")
        after = value if is_last else put(items[at], path, value, place + 1)
        return [*items[:at], *([] if after is None else [after]), *items[at + 1 :]]
    if not isinstance(here, dict):
        raise BadPath(path, "There is nothing of that name here.")
    if not is_last and step not in here and step not in MAY_BE_LEFT_OUT:
        raise BadPath(path[: place + 1], "This is not part of the blueprint.")
    after = value if is_last else put(here.get(step, MAY_BE_LEFT_OUT.get(step, {})), path, value, place + 1)
    if is_last and value is None:
        return {name: kept for name, kept in here.items() if name != step}
    return {**here, step: after}


def _ordered(items: Any, path: Path, place: int, value: Any) -> list[Any]:
    names = _names(path, place)
    wanted = [json.dumps(each, sort_keys=True) for each in value or []]
    present = {json.dumps(name_of(item, names), sort_keys=True): item for item in _listed(items, path)}
    if any(name not in present for name in wanted):
        raise BadPath(path, "The order names something that is not there.")
    unnamed = [item for name, item in present.items() if name not in wanted]
    return [present[name] for name in dict.fromkeys(wanted)] + unnamed


def _names(path: Sequence[Step], place: int) -> tuple[str, ...]:
    former = path[place - 1] if place else ""
    if not isinstance(former, str) or former not in NAMED_BY:
        raise BadPath(path, "Only a list of named things has an order to change.")
    return NAMED_BY[former]


def _listed(here: Any, path: Sequence[Any]) -> list[Any]:
    if not isinstance(here, list):
        raise BadPath(path, "There is no list here to choose from.")
    return here


def _is_chosen(item: Any, step: dict[str, Any]) -> bool:
    return isinstance(item, dict) and all(item.get(name) == value for name, value in step.items())
