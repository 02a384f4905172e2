"""Editors of the score: threshold and bands, and the rules that earn points."""

from __future__ import annotations

from typing import Any

from blueprint.paths import Document, Path
from blueprint.schema import ScoringTerms
from core.http.requests import WorkspaceRequest
from governance.editors.part_editor import Editor, Opened, Section, Subject
from governance.impact.threshold import threshold_curve


class ThresholdEditor(Editor):
    """How many points make a record marketing qualified."""

    slug, title, icon = "threshold", "MQL threshold", "target"
    hint = "How many points make a record marketing qualified; criteria and routing follow it. Caps, half-life, bands."
    part = ScoringTerms
    side_template = "governance/forms/threshold.html"

    def subjects(self, document: Document) -> list[Subject]:
        return [Subject("", self.title)]

    def path_of(self, of: str) -> Path:
        return ("scoring",) if not of else ("scoring", {"key": of})

    def sections(self, opened: Opened) -> list[Section]:
        line = opened.fields("threshold", "fit_cap", "behaviour_cap", "half_life_days", title="Where the line is")
        line.fields["threshold"].label = "Points to be marketing qualified"
        line.fields["threshold"].help_text = ""
        return [line, opened.items("bands", sorted_by="from")]

    def context(self, opened: Opened, request: WorkspaceRequest) -> dict[str, Any]:
        """The scores of the records in play, to see where the line would fall."""
        curve = threshold_curve(request.workspace, at=request.at)
        if not curve:
            return {"curve": None}
        scores, records, won = zip(*curve, strict=True)
        series = [{"name": "Records", "data": records}, {"name": "Won", "data": won}]
        return {"curve": {"x": [str(score) for score in scores], "series": series}, "curve_rows": curve}


class ScoringEditor(ThresholdEditor):
    """Points and the conditions that earn them."""

    slug, title, icon = "scoring", "Score rules", "list-plus"
    hint = "Which conditions earn or cost how many points."
    side_template = ""

    def context(self, opened: Opened, request: WorkspaceRequest) -> dict[str, Any]:
        return {}

    def sections(self, opened: Opened) -> list[Section]:
        return [opened.items("rules")]
