"""What is different between two documents, as edits with a path; and each edit in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from blueprint.paths import NAMED_BY, ORDER, Document, Path, get, name_of, put, spelled

# Parts that are edited as one value: their items are read in order and mean nothing apart.
WHOLE = frozenset(
    ["options", "required", "moves_to", "entry", "exit", "acceptance", "ladder", "routing", "packet", "rules", "bands"]
    + ["weekly", "holidays", "parameters", "segments", "on_accept"]
)
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
    for edit in edits:
        document = put(document, edit.path, edit.after)
    return document


def differences(before: Document, after: Document) -> tuple[Edit, ...]:
    """The smallest edits that lead from one document to the other: applied to `before` they give `after`."""
    return tuple(_inside(before, after, ()))


def _inside(before: Any, after: Any, path: Path) -> Iterator[Edit]:
    last = path[-1] if path else ""
    if before == after:
        return
    if isinstance(last, str) and last in NAMED_BY and isinstance(before, list) and isinstance(after, list):
        yield from _items(before, after, path)
    elif isinstance(before, dict) and isinstance(after, dict) and not (isinstance(last, str) and last in WHOLE):
        for name in dict.fromkeys((*before, *after)):
            yield from _inside(before.get(name), after.get(name), (*path, name))
    else:
        yield Edit(path, before, after)


def _items(before: list[Any], after: list[Any], path: Path) -> Iterator[Edit]:
    names = NAMED_BY[str(path[-1])]
    old = {tuple(item[name] for name in names): item for item in before}
    new = {tuple(item[name] for name in names): item for item in after}
    for name, item in old.items():
        step = (*path, name_of(item, names))
        if name in new:
            yield from _inside(item, new[name], step)
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
    """The proposed document in which every metric whose definition changed says so with the coming version's number."""
    former = {each["key"]: each for each in base["metrics"]}
    metrics = []
    for each in proposed["metrics"]:
        old = former.get(each["key"])
        is_new = old is None or any(old.get(part) != each.get(part) for part in DEFINITION)
        metrics.append({**each, "definition_version": number} if is_new else each)
    return {**proposed, "metrics": metrics}


# --- in words -------------------------------------------------------------------------------------------------------

NAMES = {
    "properties": "Property",
    "pipelines": "Pipeline",
    "stages": "Stage",
    "calendars": "Calendar",
    "reason_codes": "Reason",
    "pools": "Pool",
    "seams": "Seam",
    "metrics": "Metric",
    "scoring": "Scoring",
    "threshold": "MQL threshold",
    "answer_minutes": "working minutes to answer",
    "touch_minutes": "working minutes to first touch",
    "act_hours": "hours to accept and act",
    "first_touch": "what counts as first touch",
    "offer_again_minutes": "minutes until what came back is offered again",
    "entry": "entry criteria",
    "exit": "exit criteria",
    "required": "required properties",
    "auto_enter": "entered automatically",
    "is_entry": "new records may begin here",
    "moves_to": "may move to",
    "age_limit_days": "age limit in days",
    "lifecycle_stage": "lifecycle stage",
    "acceptance": "acceptance criteria",
    "on_accept": "on acceptance",
    "needs_note": "needs a note",
    "weekly": "working hours",
    "half_life_days": "half-life in days",
    "fit_cap": "most points for fit",
    "behaviour_cap": "most points for behaviour",
    "reverify_days": "verify again after days",
    "source_rule": "rule for sources",
    "record_kind": "kind of record",
    "system": "system of record",
    "headline": "on the headline",
    "definition_version": "definition version",
    "routing": "routing rules",
    "rules": "score rules",
}


def title_of(document: Document, path: Path) -> str:
    """The place in words: `Seam Marketing → Sales · working minutes to answer`. `document` knows the labels."""
    parts: list[str] = []
    for place, step in enumerate(path):
        if step == ORDER:
            parts.append("order")
        elif isinstance(step, dict):
            parts[-1] = f"{parts[-1]} {_label(document, path[: place + 1], step)}"
        else:
            parts.append(NAMES.get(step, step.replace("_", " ")))
    return " · ".join(parts)


def _label(document: Document, path: Path, step: dict[str, Any]) -> str:
    found = get(document, path)
    named = found.get("label") if isinstance(found, dict) else None
    return str(named or ".".join(str(value) for value in step.values()))


def lines_of(value: Any) -> list[str]:
    """A value as lines a person reads, for the two sides of a diff."""
    if value is None:
        return []
    if isinstance(value, bool):
        return ["yes" if value else "no"]
    if isinstance(value, list):
        return [_line(item) for item in value]
    if isinstance(value, dict):
        return [f"{NAMES.get(name, name.replace('_', ' '))}: {_line(each)}" for name, each in value.items()]
    return str(value).splitlines() or [""]


def _line(item: Any) -> str:
    if isinstance(item, dict) and "action" in item and "after_minutes" in item:
        minutes = item["after_minutes"]
        when = "at the due time" if minutes == 0 else f"{abs(minutes)} min {'after' if minutes > 0 else 'before'} it"
        return f"{item['action']} {when}"
    if isinstance(item, dict) and "expression" in item:
        rest = [f"{item['points']:+d} points" if "points" in item else "", str(item.get("target", ""))]
        rest.append(str(item.get("pool") or item.get("member") or ""))
        tail = " ".join(each for each in rest if each)
        return f"{item.get('label', '')}: {item['expression']}" + (f" → {tail}" if tail else "")
    if isinstance(item, dict):
        return ", ".join(_line(each) if isinstance(each, dict | list) else str(each) for each in item.values())
    if isinstance(item, list):
        return ", ".join(_line(each) for each in item) or "none"
    if isinstance(item, bool):
        return "yes" if item else "no"
    return str(item)


@dataclass(frozen=True)
class DiffLine:
    """One line of a side-by-side comparison: `state` same, added, removed."""

    state: str
    text: str


def compare(before: Any, after: Any) -> tuple[tuple[DiffLine, ...], tuple[DiffLine, ...]]:
    """The two sides of one edit, each line marked as kept or not."""
    old, new = lines_of(before), lines_of(after)
    return (
        tuple(DiffLine("same" if line in new else "removed", line) for line in old),
        tuple(DiffLine("same" if line in old else "added", line) for line in new),
    )


def sides_of(document: Document, edits: Iterable[Edit]) -> tuple[str, ...]:
    """The teams whose work or numbers an edit touches: marketing, sales, customer_success."""
    sides: dict[str, None] = {}
    seams = {seam["key"]: seam for seam in document["seams"]}
    for edit in edits:
        first = edit.path[0]
        if first == "seams" and len(edit.path) > 1 and isinstance(edit.path[1], dict):
            seam = seams.get(edit.path[1].get("key", ""), {})
            sides |= dict.fromkeys(side for side in (seam.get("from"), seam.get("to")) if side)
        elif first == "scoring":
            sides |= dict.fromkeys(("marketing", "sales"))
        elif first == "pipelines" and len(edit.path) > 3 and edit.path[3] != ORDER:
            stage = get(document, edit.path[:4])
            trigger = f"{spelled(edit.path[1:2])}/{spelled(edit.path[3:4])}"
            at_seam = [seam for seam in seams.values() if seam["trigger"] == trigger]
            sides |= dict.fromkeys([stage["team"]] if stage else [])
            sides |= dict.fromkeys(side for seam in at_seam for side in (seam["from"], seam["to"]))
        else:
            sides |= dict.fromkeys(("marketing", "sales", "customer_success"))
    return tuple(sides)
