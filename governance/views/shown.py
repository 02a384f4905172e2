"""Edits as a page shows them: the place in words, and both sides."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from blueprint.differences import Edit
from blueprint.edit_words import compare, title_of
from blueprint.paths import Document
from governance.models import Authorship


def shown_edits(document: Document, edits: Iterable[Edit]) -> list[dict[str, Any]]:
    """Each edit with its title and its two sides; `document` knows the labels. Bookkeeping is left out."""
    shown = []
    for edit in edits:
        if edit.path[-1] == "definition_version":
            continue
        before, after = compare(document, edit)
        shown.append(
            {
                "spelled": edit.spelled,
                "title": title_of(document, edit.path),
                "before": before,
                "after": after,
                "kind": "added" if edit.before is None else "removed" if edit.after is None else "changed",
                "editor": editor_of(edit),
            }
        )
    return shown


def shown_trail(document: Document, trail: Iterable[Authorship]) -> list[dict[str, Any]]:
    """What the authors did, row by row, each edit with its place in words and both sides."""
    shown = []
    for row in trail:
        before, after = compare(document, Edit(tuple(row.path or ()), row.before, row.after))
        shown.append(
            {
                "who": row.person.name,
                "what": row.get_what_display(),
                "through": row.through or (row.principal.name if row.principal_id != row.person_id else ""),
                "title": title_of(document, tuple(row.path)) if row.path else "",
                "before": before,
                "after": after,
                "at": row.at,
            }
        )
    return [each for each in shown if not str(each["title"]).endswith("definition version")]


def editor_of(edit: Edit) -> tuple[str, str]:
    """Which editor opens the place again, and on what."""
    path = edit.path
    names = [".".join(map(str, step.values())) if isinstance(step, dict) else step for step in path]
    if path[0] == "scoring":
        return ("scoring" if path[-1] == "rules" else "threshold", "")
    if path[0] == "pipelines" and len(path) > 3 and path[2] == "stages" and path[3] != {"order": True}:
        return ("stage", f"{names[1]}/{names[3]}")
    if path[0] == "seams" and len(path) > 2:
        return ("routing" if path[2] == "routing" else "seam", names[1])
    if path[0] == "metrics" and len(path) > 2:
        return ("metric", names[1])
    if path[0] == "properties" and len(path) > 2:
        return ("property", names[1])
    if path[0] == "reason_codes" and len(path) > 2:
        return ("reason", names[1].replace(".", "/", 1))
    return ("document", "")
