"""Edits and impact as a page shows them: the place in words with both sides, and numbers as charts draw them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from blueprint.differences import Edit
from blueprint.edit_words import compare, title_of
from blueprint.paths import Document
from governance.editors import EDITORS
from governance.models import Authorship, Impact

BOOKKEEPING = ("definition_version", "sources_version")  # parts of edits that nobody made by hand


def shown_edits(document: Document, edits: Iterable[Edit]) -> list[dict[str, Any]]:
    """Each edit in words, with the editor that opens its place. `document` knows the labels."""
    return [
        {
            **_in_words(document, edit),
            "spelled": edit.spelled,
            "kind": "added" if edit.before is None else "removed" if edit.after is None else "changed",
            "editor": editor_of(edit),
        }
        for edit in edits
        if edit.path[-1] not in BOOKKEEPING
    ]


def shown_trail(document: Document, trail: Iterable[Authorship]) -> list[dict[str, Any]]:
    """What the authors did, row by row, edits in words."""
    return [
        {
            **_in_words(document, Edit(tuple(row.path or ()), row.before, row.after)),
            "who": row.person.name,
            "what": row.get_what_display(),
            "through": row.came_through,
            "at": row.at,
        }
        for row in trail
        if not row.path or row.path[-1] not in BOOKKEEPING
    ]


def _in_words(document: Document, edit: Edit) -> dict[str, Any]:
    before, after = compare(document, edit)
    return {"title": title_of(document, edit.path, edit.before) if edit.path else "", "before": before, "after": after}


OPENED_BY = {editor.collection: slug for slug, editor in EDITORS.items() if editor.collection and editor.may_go}


def editor_of(edit: Edit) -> tuple[str, str]:
    """Which editor opens the place again, and on what; its list where the item is gone or the order is meant."""
    top, *rest = edit.path
    if top == "scoring":
        return ("scoring" if "rules" in rest else "threshold", "")
    slug = "reporting" if top == "reporting" else OPENED_BY.get(str(top), "document")
    items = [step for step in rest if isinstance(step, dict) and "key" in step]
    if not items or (len(rest) == 1 and edit.after is None):
        return (slug, "")
    if top == "pipelines" and len(items) > 1 and not (len(rest) == 3 and edit.after is None):
        return ("stage", f"{items[0]['key']}/{items[1]['key']}")
    if top == "reason_codes":
        return (slug, f"{items[0]['purpose']}/{items[0]['key']}")
    return ("routing" if "routing" in rest else slug, items[0]["key"])


def charts_of(impact: Impact) -> dict[str, list[dict[str, Any] | None]]:
    """For each question with a chart: the data, in the question's order."""
    asked = impact.summary.get("records", ())
    return {
        "histograms": [_histogram(each.get("histogram") or []) for each in asked],
        "loads": [_load((each.get("routing") or {}).get("load") or []) for each in asked],
    }


def _histogram(rows: list[list[int]]) -> dict[str, Any] | None:
    if len(rows) < 2:
        return None
    starts, was, would = zip(*rows, strict=True)
    series = [{"name": "Records", "data": was}] if was == would else _both(was, would)
    return {"x": [f"{start}–{start + 4}" for start in starts], "series": series}


def _load(load: list[dict[str, Any]]) -> dict[str, Any] | None:
    shown = load[:12]
    series = _both([each["before"] for each in shown], [each["after"] for each in shown])
    return {"x": [each["name"] for each in shown], "along": "y", "series": series} if shown else None


def _both(now: Sequence[float], proposed: Sequence[float]) -> list[dict[str, Any]]:
    return [{"name": "Now", "data": now}, {"name": "Proposed", "data": proposed}]
