"""Editor of a metric: what it counts, of which records, split by what, and who answers for it."""

from __future__ import annotations

from typing import Any

from blueprint.paths import Document
from blueprint.schema import MetricTerms
from governance.editors.part_editor import Editor, Opened, Section
from governance.forms.choices import Choices
from governance.forms.special import ParametersForm
from scorecard.kinds import KINDS
from scorecard.kinds.faults import MONEY, SEGMENTS

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
            opened.items("targets"),
            opened.items("segment_bands"),
        ]

    def _kind(self, opened: Opened) -> str:
        """The kind that is chosen: the parameters that are asked for follow it."""
        chosen = opened.data.get("kind", "") if opened.data is not None else ""
        return chosen if chosen in KINDS else str(opened.now["kind"])


def _segments(kind: str, opened: Opened) -> Choices:
    """What a metric of the kind can be split by."""
    brought = [*SEGMENTS, *MONEY, *(KINDS[kind].brings if kind in KINDS else ())]
    taken = [(key, key.replace("_", " ").capitalize()) for key in brought]
    return taken + [pair for pair in opened.offers.named("property") if pair[0] not in brought]
