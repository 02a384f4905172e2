"""What every editor shares: reading posted fields into values, and dropping what was not touched."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from blueprint.paths import Document, Path, get
from core.errors import BadInput, NotFound

MOST_ROWS = 200
WHOLE = re.compile(r"-?[0-9]{1,9}")
DECIMAL = re.compile(r"-?[0-9]{1,12}([.][0-9]{1,6})?")

EditList = list[tuple[Sequence[Any], Any]]


@dataclass(frozen=True)
class Subject:
    """One thing an editor can open: `of` names it in the address."""

    of: str
    label: str


class Editor(ABC):
    """One form."""

    slug: str
    title: str
    hint: str
    icon: str
    admins_only = False

    @property
    def template(self) -> str:
        """The form's fields, included in the editing page."""
        return f"governance/edit/{self.slug}.html"

    @abstractmethod
    def subjects(self, document: Document) -> list[Subject]:
        """What can be opened with it."""

    @abstractmethod
    def context(self, document: Document, of: str) -> dict[str, Any]:
        """What the form shows of the draft's document. Raises NotFound."""

    @abstractmethod
    def read(self, posted: QueryDict, document: Document, of: str) -> EditList:
        """What the form says, as edits. Raises BadInput naming the field."""

    def label_of(self, document: Document, of: str) -> str:
        """What is being edited, in words."""
        return next((subject.label for subject in self.subjects(document) if subject.of == of), self.title)


def item(document: Document, path: Path) -> dict[str, Any]:
    """The object at a path. Raises NotFound."""
    found = get(document, path)
    if not isinstance(found, dict):
        raise NotFound()
    return found


def text(posted: QueryDict, name: str) -> str:
    """A trimmed text, its line ends made one kind."""
    return posted.get(name, "").replace("\r\n", "\n").strip()


def whole(posted: QueryDict, name: str, label: str) -> int | None:
    """A whole number, or None where the field is blank. Raises BadInput."""
    given = text(posted, name)
    if not given:
        return None
    if not WHOLE.fullmatch(given):
        raise BadInput(f"{label} is a whole number.", field=name)
    return int(given)


def number(posted: QueryDict, name: str, label: str) -> float | int | None:
    """A number, or None where the field is blank. Raises BadInput."""
    given = text(posted, name)
    if not given:
        return None
    if not DECIMAL.fullmatch(given):
        raise BadInput(f"{label} is a number.", field=name)
    return float(given) if "." in given else int(given)


def rows(posted: QueryDict, prefix: str, names: Sequence[str]) -> list[dict[str, str]]:
    """The rows `prefix-0-name`, in the order of their `place` field where they have one; emptied rows are left out."""
    places = sorted({int(found[1]) for key in posted if (found := re.fullmatch(rf"{prefix}-([0-9]{{1,4}})-\w+", key))})
    found_rows = []
    for place in places[:MOST_ROWS]:
        if posted.get(f"{prefix}-{place}-remove"):
            continue
        row = {name: text(posted, f"{prefix}-{place}-{name}") for name in names}
        if any(row[name] for name in names[:2]):
            given = text(posted, f"{prefix}-{place}-place")
            found_rows.append((int(given) if WHOLE.fullmatch(given) else place, place, row))
    return [row for _, _, row in sorted(found_rows, key=lambda each: each[:2])]


def lines(posted: QueryDict, prefix: str) -> list[dict[str, str]]:
    """Criteria lines; a line without a label takes its expression as one."""
    return [
        {"label": row["label"] or row["expression"][:160], "expression": row["expression"]}
        for row in rows(posted, prefix, ("expression", "label"))
    ]


def touched(document: Document, path: Path, edits: Mapping[str, Any]) -> EditList:
    """The edits of an object's parts that say something: a blank where there was nothing is no edit."""
    kept: EditList = []
    for name, after in edits.items():
        is_blank = after is None or after is False or after in ("", [])
        now = get(document, (*path, name))
        if is_blank and now is None:
            continue
        kept.append(((*path, name), None if after is None or after == "" else after))
    return kept
