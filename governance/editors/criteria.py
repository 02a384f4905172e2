"""Editors with criteria in them: a stage, a seam."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from blueprint.expressions.fields import CORE_FIELDS
from blueprint.paths import Document, Path
from blueprint.schema import FirstTouch
from blueprint.schema.vocabularies import Function, LadderAction, TouchDirection, TouchKind
from core.errors import BadInput, NotFound
from governance.editors.kit import EditList, Editor, Subject, item, lines, number, rows, text, touched, whole

REQUIRABLE = ("name", "email", "domain", "source", "owner", "amount", "mrr", "closes_on", "renews_on", "account_name")


class StageEditor(Editor):
    """What a stage asks of a record."""

    slug, title, icon = "stage", "Stage", "milestone"
    hint = "Entry and exit criteria, required properties, age limit."

    def subjects(self, document: Document) -> list[Subject]:
        return [
            Subject(f"{pipeline['key']}/{stage['key']}", f"{pipeline['label']} · {stage['label']}")
            for pipeline in document["pipelines"]
            for stage in pipeline["stages"]
        ]

    def context(self, document: Document, of: str) -> dict[str, Any]:
        stage = item(document, self._path(of))
        core = {field.key: field.label for field in CORE_FIELDS}
        fields = [(key, core[key]) for key in REQUIRABLE]
        fields += [(each["key"], each["label"]) for each in document["properties"]]
        return {"stage": stage, "fields_to_require": fields, "required": set(stage.get("required", ()))}

    def read(self, posted: QueryDict, document: Document, of: str) -> EditList:
        path = self._path(of)
        item(document, path)
        probability = number(posted, "probability", "Probability in percent")
        return touched(
            document,
            path,
            {
                "label": text(posted, "label"),
                "entry": lines(posted, "entry"),
                "exit": lines(posted, "exit"),
                "required": _kept_order(item(document, path).get("required", []), posted.getlist("required")),
                "age_limit_days": whole(posted, "age_limit_days", "The age limit"),
                "probability": None if probability is None else _tidy(probability / 100),
                "auto_enter": bool(posted.get("auto_enter")),
                "is_entry": bool(posted.get("is_entry")),
            },
        )

    def _path(self, of: str) -> Path:
        pipeline, slash, stage = of.partition("/")
        if not slash:
            raise NotFound()
        return ("pipelines", {"key": pipeline}, "stages", {"key": stage})


def asdict_of(seam: dict[str, Any]) -> dict[str, list[str]]:
    """What a seam counts as first touch, as a document would say it."""
    return FirstTouch.of(seam.get("first_touch"), seam["to"]).model_dump(mode="json")


class SeamEditor(Editor):
    """How fast, and what happens if not."""

    slug, title, icon = "seam", "Seam and SLA", "timer"
    hint = "Minutes to answer and touch, ladder, acceptance criteria, owner."

    def subjects(self, document: Document) -> list[Subject]:
        return [Subject(each["key"], each["label"]) for each in document["seams"]]

    def context(self, document: Document, of: str) -> dict[str, Any]:
        return {
            "seam": item(document, ("seams", {"key": of})),
            "calendars": document["calendars"],
            "actions": LadderAction.choices,
            "first_touch": asdict_of(item(document, ("seams", {"key": of}))),
            "first_touch_outcomes": "\n".join(asdict_of(item(document, ("seams", {"key": of})))["outcomes"]),
            "touch_kinds": TouchKind.choices,
            "touch_directions": TouchDirection.choices,
            "touch_sides": Function.choices,
        }

    def read(self, posted: QueryDict, document: Document, of: str) -> EditList:
        path: Path = ("seams", {"key": of})
        item(document, path)
        return touched(
            document,
            path,
            {
                "label": text(posted, "label"),
                "owner": text(posted, "owner"),
                "calendar": text(posted, "calendar"),
                "answer_minutes": whole(posted, "answer_minutes", "Minutes to answer"),
                "touch_minutes": whole(posted, "touch_minutes", "Minutes to first touch"),
                **self._first_touch(posted, document, of),
                "act_hours": whole(posted, "act_hours", "Hours to accept and act"),
                "offer_again_minutes": whole(posted, "offer_again_minutes", "Minutes until it is offered again"),
                "acceptance": lines(posted, "acceptance"),
                "ladder": self._ladder(posted),
            },
        )

    def _first_touch(self, posted: QueryDict, document: Document, of: str) -> dict[str, Any]:
        """What counts, where the form says it; outcomes stand one a line. As it is while it is as usual."""
        if "first_touch" not in posted:
            return {}
        outcomes = (each.strip() for each in text(posted, "first_touch_outcomes").split("\n"))
        said = {
            "kinds": posted.getlist("first_touch_kinds"),
            "directions": posted.getlist("first_touch_directions"),
            "outcomes": [each for each in dict.fromkeys(outcomes) if each],
            "sides": posted.getlist("first_touch_sides"),
        }
        return {} if said == asdict_of(item(document, ("seams", {"key": of}))) else {"first_touch": said}

    def _ladder(self, posted: QueryDict) -> list[dict[str, Any]]:
        steps = []
        for row in rows(posted, "ladder", ("after_minutes", "action")):
            if not row["after_minutes"]:
                continue
            try:
                steps.append({"after_minutes": int(row["after_minutes"]), "action": row["action"]})
            except ValueError:
                raise BadInput("A step's minutes are a whole number; before the due time it is negative.") from None
        return steps


def _kept_order(now: list[str], chosen: list[str]) -> list[str]:
    """Boxes come in the page's order; what was required already keeps its place."""
    return [key for key in now if key in chosen] + [key for key in dict.fromkeys(chosen) if key not in now]


def _tidy(ratio: float) -> float | int:
    """0.30000000000000004 as 0.3 and 1.0 as 1, as they are written in the blueprint."""
    rounded = round(ratio, 4)
    return int(rounded) if rounded == int(rounded) else rounded
