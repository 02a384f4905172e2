"""An impact's numbers as charts draw them."""

from __future__ import annotations

from typing import Any

from governance.models import Impact


def charts_of(impact: Impact) -> dict[str, list[dict[str, Any] | None]]:
    """For each question with a chart: the data, in the question's order."""
    summary = impact.summary
    return {
        "histograms": [_histogram(each) for each in summary.get("records", ())],
        "loads": [_load(each.get("routing")) for each in summary.get("records", ())],
    }


def _histogram(told: dict[str, Any]) -> dict[str, Any] | None:
    rows = told.get("histogram")
    if not rows or len(rows) < 2:
        return None
    is_same = all(was == would for _, was, would in rows)
    series = [{"name": "Records", "data": [was for _, was, _ in rows]}]
    if not is_same:
        series = [
            {"name": "Now", "data": [was for _, was, _ in rows]},
            {"name": "Proposed", "data": [would for _, _, would in rows]},
        ]
    return {"x": [f"{start}–{start + 4}" for start, _, _ in rows], "series": series}


def _load(routing: dict[str, Any] | None) -> dict[str, Any] | None:
    load = (routing or {}).get("load") or []
    if not load:
        return None
    shown = load[:12]
    return {
        "x": [each["name"] for each in shown],
        "along": "y",
        "series": [
            {"name": "Now", "data": [each["before"] for each in shown]},
            {"name": "Proposed", "data": [each["after"] for each in shown]},
        ],
    }
