"""Editors of pipelines: their stages in order with the moves between them, and what each stage asks."""

from __future__ import annotations

from typing import Any

from blueprint.paths import Document, Path
from blueprint.schema import PipelineTerms, StageTerms
from core.errors import NotFound
from governance.editors.part_editor import NEW, Editor, Opened, Section, Subject
from governance.forms.choices import Choices, Offers
from governance.forms.item_rows import ItemsFormSet
from governance.forms.part import EditList
from governance.forms.special import MovesForm

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
        return [fields, stages] if opened.is_new else [fields, stages, Moves(opened, stages)]


class Moves(MovesForm):
    """The matrix, which is told of the rows: a stage that goes is left out of where others lead."""

    def __init__(self, opened: Opened, stages: ItemsFormSet) -> None:
        super().__init__(opened.data, now=opened.now)
        self.rows_of_stages = stages

    def values(self) -> dict[str, Any]:
        """Every stage with where it leads to."""
        kept = self.rows_of_stages.values()["stages"]
        keys = {stage["key"] for stage in kept}
        return {"stages": [self._moved(stage, keys) for stage in kept]}

    def edits(self, path: Path) -> EditList:
        """The stages as one edit; it takes the place of that of the rows alone."""
        stages = self.values()["stages"]
        return [] if stages == self.stages else [((*path, "stages"), stages)]

    def _moved(self, stage: dict[str, Any], keys: set[str]) -> dict[str, Any]:
        moves = self.moves_of(stage)
        if moves is not None:
            return {**stage, "moves_to": [key for key in moves if key in keys]}
        if not set(stage.get("moves_to", ())) <= keys:
            return {**stage, "moves_to": [key for key in stage["moves_to"] if key in keys]}
        return stage


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
        return [
            opened.fields("label", "team", "category", "probability", "forecast", "lifecycle_stage", choices=spine),
            opened.fields("age_limit_days", "auto_enter", "is_entry", "creates", title="Entering", choices=creates),
            opened.items("entry"),
            opened.items("exit"),
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
