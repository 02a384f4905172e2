"""What is different between two documents, as edits with a path."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from blueprint.keys import keyed
from blueprint.paths import MAY_BE_LEFT_OUT, ORDER, Document, Path, get, name_of, put, spelled
from blueprint.schema import Blueprint, Part, fields_of
from blueprint.schema.reporting import SOURCE_LISTS

DEFINITION = ("kind", "parameters", "filter", "unit")  # what makes a metric another metric


@dataclass(frozen=True)
class Edit:
    """One place, and what stands there before and after (None = nothing)."""

    path: Path
    before: Any
    after: Any

    @property
    def spelled(self) -> str:
        """`seams/marketing_to_sales/answer_minutes`."""
        return spelled(self.path)


def apply(document: Document, edits: Iterable[Edit]) -> Document:
    """The document with the edits made, in order. Raises BadPath where one leads nowhere."""
    proposed = document
    for edit in edits:
        proposed = put(proposed, edit.path, edit.after)
    return keyed(proposed, document)


def differences(before: Document, after: Document) -> tuple[Edit, ...]:
    """The smallest edits that lead from one document to the other: applied to `before` they give `after`."""
    return tuple(_parts(Blueprint, before, after, ()))


def _parts(part: type[Part], before: dict[str, Any], after: dict[str, Any], path: Path) -> Iterator[Edit]:
    fields = fields_of(part)
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        value = fields[name].value if name in fields else None
        if not path and name in MAY_BE_LEFT_OUT and value and value.kind == "items":
            old, new = old or [], new or []  # an older version says nothing of it
        if old == new:
            continue
        if value and value.part and isinstance(old, list) and isinstance(new, list):
            yield from _items(value.part, old, new, (*path, name))
        elif value and value.part and not value.is_one_value and isinstance(old, dict) and isinstance(new, dict):
            yield from _parts(value.part, old, new, (*path, name))
        else:
            yield Edit((*path, name), old, new)


def _items(part: type[Part], before: list[Any], after: list[Any], path: Path) -> Iterator[Edit]:
    names = part.named_by
    old = {tuple(item[name] for name in names): item for item in before}
    new = {tuple(item[name] for name in names): item for item in after}
    for name, item in old.items():
        step = (*path, name_of(item, names))
        if name in new:
            yield from _parts(part, item, new[name], step)
        else:
            yield Edit(step, item, None)
    for name, item in new.items():
        if name not in old:
            yield Edit((*path, name_of(item, names)), None, item)
    arrived = [name for name in old if name in new] + [name for name in new if name not in old]
    if arrived != list(new):
        yield Edit(
            (*path, ORDER),
            [name_of(item, names) for item in before],
            [name_of(item, names) for item in after],
        )


def with_definition_versions(base: Document, proposed: Document, number: int) -> Document:
    """The proposed document in which every metric and list of sources that changed says so with the coming version's
    number."""
    former = {each["key"]: each for each in base["metrics"]}
    metrics = []
    for each in proposed["metrics"]:
        old = former.get(each["key"])
        is_new = old is None or any(old.get(part) != each.get(part) for part in DEFINITION)
        metrics.append({**each, "definition_version": number} if is_new else each)
    former_lists, reporting = base.get("reporting", {}), proposed.get("reporting", {})
    if any(former_lists.get(name, []) != reporting.get(name, []) for name in SOURCE_LISTS):
        proposed = {**proposed, "reporting": {**reporting, "sources_version": number}}
    return {**proposed, "metrics": metrics}


def _sides_of_territory(document: Document, edit: Edit) -> list[str]:
    """The sides of the territory that an edit is about, before and after; none where it is about their order."""
    name = edit.path[1].get("key") if len(edit.path) > 1 and isinstance(edit.path[1], dict) else None
    known = {each["key"]: each["function"] for each in document.get("territories", ())}
    said = [known.get(name)] + [each.get("function") for each in (edit.before, edit.after) if isinstance(each, dict)]
    said += [edit.before, edit.after] if edit.path[-1] == "function" else []
    return [side for side in said if side] if name else []


def sides_of(document: Document, edits: Iterable[Edit]) -> tuple[str, ...]:
    """The teams whose work or numbers an edit touches: marketing, sales, customer_success."""
    sides: dict[str, None] = {}
    seams = {seam["key"]: seam for seam in document["seams"]}
    for edit in edits:
        first = edit.path[0]
        if first == "seams" and len(edit.path) > 1 and isinstance(edit.path[1], dict):
            seam = seams.get(edit.path[1].get("key", ""), {})
            sides |= dict.fromkeys(side for side in (seam.get("from"), seam.get("to")) if side)
        elif first == "territories" and (of := _sides_of_territory(document, edit)):
            sides |= dict.fromkeys(of)
        elif first == "functions" and len(edit.path) > 1 and isinstance(edit.path[1], dict):
            sides |= dict.fromkeys(edit.path[1].values()) if edit.path[1] != ORDER else {}
        elif first == "scoring":
            sides |= dict.fromkeys(("marketing", "sales"))
        elif first == "playbooks" and len(edit.path) > 1 and edit.path[1] != ORDER:
            playbook = get(document, edit.path[:2]) or edit.before or {}
            pipeline = get(document, ("pipelines", {"key": playbook.get("pipeline")})) or {"stages": []}
            sides |= dict.fromkeys(stage["team"] for stage in pipeline["stages"])
        elif first == "pipelines" and len(edit.path) > 3 and edit.path[3] != ORDER:
            stage = get(document, edit.path[:4])
            trigger = f"{spelled(edit.path[1:2])}/{spelled(edit.path[3:4])}"
            at_seam = [seam for seam in seams.values() if seam["trigger"] == trigger]
            sides |= dict.fromkeys([stage["team"]] if stage else [])
            sides |= dict.fromkeys(side for seam in at_seam for side in (seam["from"], seam["to"]))
        else:
            sides |= dict.fromkeys(("marketing", "sales", "customer_success"))
    return tuple(sides)
