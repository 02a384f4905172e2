"""Numbers: which metrics would be read differently, and targets before and after."""

from typing import Any

from blueprint.paths import Document
from governance.checks.definitions import reports_changed


def measured(base: Document, proposed: Document) -> dict[str, Any]:
    """The metrics a change touches, each in a sentence; and every target that moves. No query."""
    before = {each["key"]: each for each in base["metrics"]}
    return {
        "sentences": reports_changed(base, proposed),
        "targets": [
            {
                "key": metric["key"],
                "label": metric["label"],
                "unit": metric["unit"],
                "before": before[metric["key"]].get("target"),
                "after": metric.get("target"),
            }
            for metric in proposed["metrics"]
            if metric["key"] in before and before[metric["key"]].get("target") != metric.get("target")
        ],
    }
