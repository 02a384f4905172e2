"""Editor of a metric: what it counts, of which records, split by what, and who answers for it."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from blueprint.keys import keyed
from blueprint.paths import Document, put
from blueprint.schema import Blueprint, MetricTerms
from core.errors import BadInput
from core.http.requests import WorkspaceRequest
from governance.editors.part_editor import Editor, Opened, Section
from governance.forms.choices import Choices
from governance.forms.part import EditList
from governance.forms.special import ParametersForm
from scorecard.chart_data import multiples
from scorecard.kinds import KINDS
from scorecard.kinds.faults import MONEY, SEGMENTS
from scorecard.queries import TriedMetric, tried
from scorecard.rules.periods import axis
from scorecard.rules.wording import chart_unit

# Another kind has other parameters: the form is drawn again with what was typed.
ASKS_AGAIN = {
    "hx-post": "",
    "hx-trigger": "change",
    "hx-vals": '{"redraw": "1"}',
    "hx-target": "closest form",
    "hx-select": "form[data-keeps-typing]",
    "hx-swap": "outerHTML",
}


class MetricEditor(Editor):
    """What a metric counts, what it aims at and who answers for it."""

    slug, title, icon = "metric", "Metric", "gauge"
    hint = "Kind, parameters, filter, segments, target and owner of one metric; or a new one."
    part, collection = MetricTerms, "metrics"
    side_template = "governance/forms/metric_tried.html"

    def starting(self, document: Document, of: str) -> dict[str, Any]:
        first = next(iter(KINDS))
        return {"kind": first, "unit": KINDS[first].unit}

    def sections(self, opened: Opened) -> list[Section]:
        kind = self._kind(opened)
        kinds = [(key, key.replace("_", " ").capitalize()) for key in KINDS]
        asked = opened.fields("label", "kind", "unit", "direction", "target", "owner", choices={"kind": kinds})
        asked.fields["kind"].widget.attrs |= ASKS_AGAIN
        if opened.now.get("unit") == "ratio":
            asked.fields["target"].help_text = "As a ratio: 0.4 is 40 %."
        split = {"segments": _segments(kind, opened)}
        return [
            asked,
            ParametersForm(opened.data, now=opened.now, offers=opened.offers, kind=kind),
            opened.fields("filter", "segments", "description", "headline", title="How it is read", choices=split),
            opened.fields("in_plan", "in_compensation", "paid_teams", title="Plan and pay"),
            opened.items("targets"),
            opened.items("segment_bands"),
        ]

    def context(self, opened: Opened, request: WorkspaceRequest) -> dict[str, Any]:
        """What the metric would say as it is typed, once somebody asks and it is whole enough to be counted."""
        asked: dict[str, Any] = {"asks_again": ASKS_AGAIN | {"hx-trigger": "click"}}
        if opened.data is None:
            return asked
        # With forms of its own: those on the page keep what is said beside their fields.
        typed = self.open(opened.document, opened.of, opened.data)
        try:
            found = self._tried(typed, typed.edits(), request) if typed.is_valid() else None
        except BadInput as refusal:
            return asked | {"refused": str(refusal)}
        if found is None:
            return asked | {"refused": "This cannot be counted as it stands; the form says what is missing."}
        unit = chart_unit(found.metric.unit, found.currency)
        months = axis([bucket.period for bucket in found.trend], "month")
        drawn = multiples([(found.metric, found.metric.label, found.trend)], months, unit)
        return asked | {"tried": found, "drawn": drawn, "currency": found.currency}

    def _tried(self, typed: Opened, edits: EditList, request: WorkspaceRequest) -> TriedMetric | None:
        """By the draft with these edits; None where that is no sound blueprint."""
        document = typed.document
        for path, value in edits:
            document = put(document, tuple(path), value)
        key = edits[0][1]["key"] if typed.is_new else typed.of
        try:
            blueprint = Blueprint.of(request.workspace.pk, keyed(document, typed.document))
        except ValidationError:
            return None
        return tried(request.workspace, blueprint, key, request.at)

    def _kind(self, opened: Opened) -> str:
        """The kind that is chosen: the parameters that are asked for follow it."""
        chosen = opened.data.get("kind", "") if opened.data is not None else ""
        return chosen if chosen in KINDS else str(opened.now["kind"])


def _segments(kind: str, opened: Opened) -> Choices:
    """What a metric of the kind can be split by."""
    brought = [*SEGMENTS, *MONEY, *(KINDS[kind].brings if kind in KINDS else ())]
    taken = [(key, key.replace("_", " ").capitalize()) for key in brought]
    return taken + [pair for pair in opened.offers.named("property") if pair[0] not in brought]
