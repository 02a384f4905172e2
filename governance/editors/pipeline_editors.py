"""Editors of pipelines: their stages in order with the moves between them, and what each stage asks."""

from __future__ import annotations

from typing import Any

from blueprint.paths import Document, Path
from blueprint.schema import PipelineTerms, StageTerms
from core.errors import NotFound
from governance.editors.part_editor import NEW, Editor, Opened, Section, Subject
from governance.forms.choices import Choices, Offers
from governance.forms.special import MovesForm

MEANING = ("label", "team", "category", "probability", "forecast", "lifecycle_stage")
ROW = ("label", "team", "category", "forecast", "probability", "key")


class PipelineEditor(Editor):
    """The stages of a pipeline, in their order, and where each leads."""

    slug, title, icon = "pipeline", "Pipeline", "route"
    hint = "Stages and their order, team and category; moves between them; or a new pipeline."
    part, collection = PipelineTerms, "pipelines"

    def starting(self, document: Document, of: str) -> dict[str, Any]:
        first = {"key": "open", "label": "Open", "team": "sales"}
        won = {"key": "won", "label": "Won", "team": "sales", "category": "won", "probability": 1}
        lost = {"key": "lost", "label": "Lost", "team": "sales", "category": "lost"}
        return {"stages": [first, won, lost]}

    def sections(self, opened: Opened) -> list[Section]:
        purpose = ("purpose",) if opened.is_new else ()
        fields = opened.fields("label", "record_kind", *purpose)
        stages = opened.items("stages", names=ROW)
        moves = [] if opened.is_new else [MovesForm(opened.data, now=opened.now, rows=stages)]
        return [fields, stages, *moves]


class StageEditor(Editor):
    """What a stage is and what it asks of a record."""

    slug, title, icon = "stage", "Stage", "milestone"
    hint = "Entry and exit criteria, required properties, team, category, forecast, age limit."
    part = StageTerms

    def subjects(self, document: Document) -> list[Subject]:
        return [
            Subject(f"{pipeline['key']}/{stage['key']}", f"{pipeline['label']} · {stage['label']}")
            for pipeline in document["pipelines"]
            for stage in pipeline["stages"]
        ]

    def path_of(self, of: str) -> Path:
        pipeline, slash, stage = of.partition("/")
        if not slash:
            raise NotFound()
        return ("pipelines", {"key": pipeline}, "stages", {"key": stage})

    def is_new(self, document: Document, of: str) -> bool:
        return any(of == f"{each['key']}/{NEW}" for each in document["pipelines"])

    def offers_for(self, document: Document, of: str) -> Offers:
        return Offers.of(document, pipeline=of.partition("/")[0])

    def sections(self, opened: Opened) -> list[Section]:
        spine = {"lifecycle_stage": _spine(opened.document)}
        creates = {"creates": [("", "Nothing"), *opened.offers.named("stage")]}
        entering = opened.rest(*MEANING, "required", "moves_to")
        return [
            opened.fields(*MEANING, choices=spine),
            opened.fields(*entering, title="Entering", choices=creates),
            opened.items("entry"),
            opened.items("exit"),
            opened.items("ladder"),
            opened.fields("required", title="Must be filled in to enter"),
            opened.fields("moves_to", title="Where it leads", usual={"moves_to": self._next(opened)}),
        ]

    def _next(self, opened: Opened) -> list[str]:
        """The stage after this one: where it leads to unless it says otherwise."""
        keys = [key for key, _ in opened.offers.named("sibling")]
        place = keys.index(opened.now["key"]) + 1 if opened.now.get("key") in keys else len(keys)
        return keys[place : place + 1]


def _spine(document: Document) -> Choices:
    """The stages of the lifecycle."""
    return [("", "Itself")] + [
        (stage["key"], stage["label"])
        for pipeline in document["pipelines"]
        if pipeline["purpose"] == "lifecycle"
        for stage in pipeline["stages"]
    ]
