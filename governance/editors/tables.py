"""Editors that are a list of rules: routing, scoring."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from blueprint.paths import Document, Path
from blueprint.schema.vocabularies import RoutingTarget
from core.errors import BadInput
from governance.editors.kit import WHOLE, EditList, Editor, Subject, item, rows, touched

CATCH_ALL = "true"


class RoutingEditor(Editor):
    """Who receives, by ordered rules; the last one catches all."""

    slug, title, icon = "routing", "Routing rules", "split"
    hint = "Order, conditions and receivers; the first match wins, the last rule catches all."

    def subjects(self, document: Document) -> list[Subject]:
        return [Subject(each["key"], each["label"]) for each in document["seams"]]

    def context(self, document: Document, of: str) -> dict[str, Any]:
        seam = item(document, ("seams", {"key": of}))
        rules = seam["routing"]
        has_catch_all = bool(rules) and rules[-1]["expression"].strip() == CATCH_ALL
        return {
            "seam": seam,
            "rules": rules[:-1] if has_catch_all else rules,
            "catch_all": rules[-1] if has_catch_all else {"label": "Everybody else", "target": "pool"},
            "targets": RoutingTarget.choices,
            "pools": document["pools"],
        }

    def read(self, posted: QueryDict, document: Document, of: str) -> EditList:
        path: Path = ("seams", {"key": of})
        item(document, path)
        names = ("expression", "label", "target", "pool", "member")
        rules = [_rule(row) for row in rows(posted, "rule", names)]
        last = {name: posted.get(f"last-{name}", "").strip() for name in names} | {"expression": CATCH_ALL}
        return touched(document, path, {"routing": [*rules, _rule(last)]})


class ScoringEditor(Editor):
    """Points and the conditions that earn them."""

    slug, title, icon = "scoring", "Score rules", "list-plus"
    hint = "Which conditions earn or cost how many points."

    def subjects(self, document: Document) -> list[Subject]:
        return [Subject("", "Score rules")]

    def context(self, document: Document, of: str) -> dict[str, Any]:
        return {"rules": document["scoring"]["rules"], "scoring": document["scoring"]}

    def read(self, posted: QueryDict, document: Document, of: str) -> EditList:
        written = []
        for row in rows(posted, "rule", ("expression", "label", "group", "points")):
            if not WHOLE.fullmatch(row["points"]):
                raise BadInput(f"“{row['label']}” needs its points as a whole number.", field="points")
            label = row["label"] or row["expression"][:160]
            written.append(
                {"label": label, "group": row["group"], "expression": row["expression"], "points": int(row["points"])}
            )
        return touched(document, ("scoring",), {"rules": written})


def _rule(row: dict[str, str]) -> dict[str, str]:
    rule = {
        "label": row["label"] or row["expression"][:160],
        "expression": row["expression"],
        "target": row["target"],
    }
    if row["target"] == "pool":
        rule["pool"] = row["pool"]
    if row["target"] == "member":
        rule["member"] = row["member"]
    return rule
