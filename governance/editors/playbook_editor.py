"""Editor of a playbook: what begins it, its steps, and when it stops."""

from __future__ import annotations

from typing import Any

from blueprint.expressions.fields import CORE_FIELDS, DataType
from blueprint.paths import Document
from blueprint.schema import PlaybookTerms
from governance.editors.part_editor import Editor, Opened, Section
from governance.forms.choices import Choices
from governance.forms.special import PlaybookStepForm

DATES = (DataType.DATE, DataType.DATETIME)


class PlaybookEditor(Editor):
    """Which dated steps a record gets, and from when on."""

    slug, title, icon = "playbook", "Playbook", "list-todo"
    hint = "What begins it, its dated steps and whose they are, when it stops; or a new one."
    part, collection = PlaybookTerms, "playbooks"

    def starting(self, document: Document, of: str) -> dict[str, Any]:
        return {"starts": "stage", "steps": [{"label": "", "day": 1}]}

    def sections(self, opened: Opened) -> list[Section]:
        pipeline = ("pipeline",) if opened.is_new else ()
        rest = opened.rest("label")
        return [
            opened.fields("label", *pipeline, *rest, choices={"date_field": _dates(opened)}),
            opened.items("criteria"),
            opened.items("steps", form=PlaybookStepForm, sorted_by="day"),
        ]


def _dates(opened: Opened) -> Choices:
    """The dates of a record."""
    core = [(each.key, each.label) for each in CORE_FIELDS if each.data_type in DATES and each.key != "now"]
    properties = opened.document["properties"]
    return core + [(each["key"], each["label"]) for each in properties if each["type"] in ("date", "datetime")]
