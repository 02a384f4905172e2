"""Keys for the items of a document that brings none: from files, from calls, from before items had keys."""

from typing import Any

from blueprint.schema import Blueprint, LabelledItem, Part, fields_of
from blueprint.schema.functions import delivered_functions


def keyed(document: Any, like: Any = None, part: type[Part] = Blueprint) -> Any:
    """The document, or a part of one, with a key for every criterion, rule, score line and rung. An item that says what
    an item of `like` says keeps that one's key; others get one from their label. A document that says nothing of
    functions keeps those of `like`, else has those that are delivered. Nothing else changes, nothing is refused."""
    if not isinstance(document, dict):
        return document
    filled = dict(document)
    if part is Blueprint and "functions" not in document:
        former = like.get("functions") if isinstance(like, dict) else None
        document = filled = {"functions": former or delivered_functions(), **document}
    for name, field in fields_of(part).items():
        if name not in document or field.value.part is None:
            continue
        former = like.get(name) if isinstance(like, dict) else None
        inside = _items if field.value.kind == "items" else keyed
        filled[name] = inside(document[name], former, field.value.part)
    return filled


def _items(items: Any, like: Any, part: type[Part]) -> Any:
    if not isinstance(items, list):
        return items
    former = [each for each in like if isinstance(each, dict)] if isinstance(like, list) else []
    if issubclass(part, LabelledItem):
        items = part.with_keys(items, former)
    by_name = {tuple(each.get(name) for name in part.named_by): each for each in former}
    return [keyed(item, by_name.get(_name(part, item)), part) for item in items]


def _name(part: type[Part], item: Any) -> tuple[Any, ...]:
    name = tuple(item.get(each) for each in part.named_by) if isinstance(item, dict) else ()
    return name if all(isinstance(each, str) for each in name) else ()
