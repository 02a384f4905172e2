"""Editors with a handful of fields: the threshold, a metric, a property's choices, a reason."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from governance.editors.kit import EditList, Editor, Subject, item, number, text, touched, whole
from governance.rules.blueprint_shape import DISPOSITIONS
from governance.rules.paths import Document, Path
from revops.errors import NotFound


class ThresholdEditor(Editor):
    """How many points make a record marketing qualified."""

    slug, title, icon = "threshold", "MQL threshold", "target"
    hint = "How many points make a record marketing qualified; criteria and routing follow it."

    def subjects(self, document: Document) -> list[Subject]:
        return [Subject("", "MQL threshold")]

    def context(self, document: Document, of: str) -> dict[str, Any]:
        scoring = document["scoring"]
        return {"scoring": scoring, "most": scoring["fit_cap"] + scoring["behaviour_cap"]}

    def read(self, posted: QueryDict, document: Document, of: str) -> EditList:
        return touched(
            document,
            ("scoring",),
            {
                "threshold": whole(posted, "threshold", "The threshold"),
                "fit_cap": whole(posted, "fit_cap", "Most points for fit"),
                "behaviour_cap": whole(posted, "behaviour_cap", "Most points for behaviour"),
                "half_life_days": whole(posted, "half_life_days", "The half-life"),
            },
        )


class MetricEditor(Editor):
    """What a metric aims at and who answers for it."""

    slug, title, icon = "metric", "Metric", "gauge"
    hint = "Target, owner and description of one metric."

    def subjects(self, document: Document) -> list[Subject]:
        return [Subject(each["key"], each["label"]) for each in document["metrics"]]

    def context(self, document: Document, of: str) -> dict[str, Any]:
        return {"metric": item(document, ("metrics", {"key": of}))}

    def read(self, posted: QueryDict, document: Document, of: str) -> EditList:
        path: Path = ("metrics", {"key": of})
        item(document, path)
        return touched(
            document,
            path,
            {
                "label": text(posted, "label"),
                "target": number(posted, "target", "The target"),
                "owner": text(posted, "owner"),
                "description": text(posted, "description"),
                "headline": bool(posted.get("headline")),
            },
        )


class PropertyEditor(Editor):
    """What a property may hold."""

    slug, title, icon = "property", "Property", "tags"
    hint = "Label, choices and owning system of one property."

    def subjects(self, document: Document) -> list[Subject]:
        return [Subject(each["key"], each["label"]) for each in document["properties"]]

    def context(self, document: Document, of: str) -> dict[str, Any]:
        found = item(document, ("properties", {"key": of}))
        return {"property": found, "options": "\n".join(found.get("options", ()))}

    def read(self, posted: QueryDict, document: Document, of: str) -> EditList:
        path: Path = ("properties", {"key": of})
        edits: dict[str, Any] = {
            "label": text(posted, "label"),
            "system": text(posted, "system"),
            "reverify_days": whole(posted, "reverify_days", "Verify again"),
        }
        if item(document, path)["type"] == "choice":
            options = [line.strip() for line in text(posted, "options").split("\n") if line.strip()]
            edits["options"] = list(dict.fromkeys(options))
        return touched(document, path, edits)


class ReasonEditor(Editor):
    """What a reason is called and what follows from it."""

    slug, title, icon = "reason", "Reason code", "message-square-warning"
    hint = "Words and consequence of one reason."

    def subjects(self, document: Document) -> list[Subject]:
        return [
            Subject(f"{each['purpose']}/{each['key']}", f"{each['label']} ({each['purpose']})")
            for each in document["reason_codes"]
        ]

    def context(self, document: Document, of: str) -> dict[str, Any]:
        return {"reason": item(document, self._path(of)), "dispositions": DISPOSITIONS}

    def read(self, posted: QueryDict, document: Document, of: str) -> EditList:
        path = self._path(of)
        item(document, path)
        return touched(
            document,
            path,
            {
                "label": text(posted, "label"),
                "disposition": text(posted, "disposition"),
                "needs_note": bool(posted.get("needs_note")),
            },
        )

    def _path(self, of: str) -> Path:
        purpose, slash, key = of.partition("/")
        if not slash:
            raise NotFound()
        return ("reason_codes", {"purpose": purpose, "key": key})
