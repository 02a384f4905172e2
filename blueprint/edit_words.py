"""Edits in words: the place, and both sides line by line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from blueprint.differences import Edit
from blueprint.paths import ORDER, BadPath, Document, Path, get
from blueprint.schema import Blueprint, Part, fields_of


@dataclass(frozen=True)
class DiffLine:
    """One line of a side-by-side comparison. What stands elsewhere on the other side has `moved`."""

    state: Literal["same", "added", "removed", "moved"]
    text: str


def title_of(document: Document, path: Path, before: Any = None) -> str:
    """The place in words: `Seam Marketing → Sales · working minutes to answer`. `document` knows the labels;
    what is not in it any more has that of `before`."""
    words: list[str] = []
    for place, (step, part) in enumerate(zip(path, _parts_along(path), strict=False)):
        if step == ORDER:
            words.append("order")
        elif isinstance(step, dict):
            noun = str(part.model_config["title"])
            words[-1] = f"{noun} {_label(document, path[: place + 1], step, before)}"
        else:
            label = _field_label(part, step)
            words.append(_small(label) if place else label)
    return " · ".join(words)


def compare(document: Document, edit: Edit) -> tuple[list[DiffLine], list[DiffLine]]:
    """The two sides of one edit, each line marked. Items that changed their place are shown as moved."""
    *_, part = _parts_along(edit.path)
    old, new = (_lines(document, edit.path, value, part) for value in (edit.before, edit.after))
    blocks = SequenceMatcher(a=old, b=new, autojunk=False).get_matching_blocks()
    kept_old = {block.a + step for block in blocks for step in range(block.size)}
    kept_new = {block.b + step for block in blocks for step in range(block.size)}
    return (
        [DiffLine(_state(place in kept_old, line in new, "removed"), line) for place, line in enumerate(old)],
        [DiffLine(_state(place in kept_new, line in old, "added"), line) for place, line in enumerate(new)],
    )


def _state(is_kept: bool, is_elsewhere: bool, otherwise: Literal["added", "removed"]) -> Any:
    return "same" if is_kept else "moved" if is_elsewhere else otherwise


def _lines(document: Document, path: Path, value: Any, part: type[Part]) -> list[str]:
    """A value as lines a person reads."""
    if value is None:
        return []
    if path and path[-1] == ORDER:
        return [_label(document, (*path[:-1], name), name) for name in value]
    if isinstance(value, list):
        return [_line(item) for item in value]
    if isinstance(value, dict) and not {"expression", "action"} & value.keys():
        return [f"{_small(_field_label(part, name))}: {_line(each)}" for name, each in value.items()]
    return _line(value).splitlines() or [""]


def _parts_along(path: Path) -> Iterator[type[Part]]:
    """The class of the part that each step is taken in, and last of the one that the path leads to."""
    part: type[Part] = Blueprint
    yield part
    for step in path:
        field = fields_of(part).get(step) if isinstance(step, str) else None
        part = field.value.part or part if field else part
        yield part


def _field_label(part: type[Part], name: str) -> str:
    field = fields_of(part).get(name)
    return field.label if field else name.replace("_", " ")


def _small(label: str) -> str:
    """A label inside a sentence: `Working hours` → `working hours`, but `MQL threshold`."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _label(document: Document, path: Path, step: Any, before: Any = None) -> str:
    """What an item is called, or was called `before` the document lost it; else its name."""
    found = None
    with suppress(BadPath):
        found = get(document, path)
    found = before if found is None else found
    named = found.get("label") if isinstance(found, dict) else None
    return str(named or ".".join(str(value) for value in step.values()))


def _line(item: Any) -> str:
    if isinstance(item, dict) and "action" in item and "after_minutes" in item:
        minutes = item["after_minutes"]
        when = "at the due time" if minutes == 0 else f"{abs(minutes)} min {'after' if minutes > 0 else 'before'} it"
        return f"{item['action']} {when}{_besides(item, 'action', 'after_minutes')}"
    if isinstance(item, dict) and {"label", "day"} <= item.keys():
        return f"day {item['day']}: {item['label']}{_besides(item, 'day', 'label')}"
    if isinstance(item, dict) and "expression" in item:
        rest = [f"{item['points']:+d} points" if "points" in item else "", str(item.get("target", ""))]
        rest.append(str(item.get("pool") or item.get("member") or ", ".join(item.get("members", ()))))
        tail = " ".join(each for each in rest if each)
        said = f"{item.get('label', '')}: {item['expression']}" + (f" → {tail}" if tail else "")
        return said + _besides(item, "label", "expression", "points", "target", "pool", "member", "members")
    if isinstance(item, dict):
        return ", ".join(_line(each) if isinstance(each, dict | list) else str(each) for each in item.values())
    if isinstance(item, list):
        return ", ".join(_line(each) for each in item) or "none"
    if isinstance(item, bool):
        return "yes" if item else "no"
    return str(item)


def _besides(item: dict[str, Any], *said: str) -> str:
    """What else an item says, so that whoever approves it sees all of it; "" where there is nothing."""
    rest = {name: each for name, each in item.items() if name not in (*said, "key") and each not in ("", None, [], {})}
    told = "; ".join(f"{name.replace('_', ' ')}: {_line(each)}" for name, each in rest.items())
    return f" ({told})" if told else ""
