"""Editors with a handful of fields: the threshold, a metric, a property's choices, a reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, get_args

from django.http import QueryDict

from blueprint.paths import Document, Path
from blueprint.schema.vocabularies import Disposition
from core.errors import NotFound
from governance.editors.kit import EditList, Editor, Subject, item, number, text, touched, whole
from scorecard.rules.declarations import DECLARATIONS, Names


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


@dataclass(frozen=True)
class ParameterField:
    """A parameter as the form asks for it: as its kind declares it, with what it is in the document."""

    name: str
    title: str
    help: str
    value: Any
    is_number: bool
    options: tuple[tuple[str, str], ...]


def parameters_of(metric: dict[str, Any], document: Document) -> list[ParameterField]:
    """The fields of a metric's kind; none of a kind that is not known."""
    declared = DECLARATIONS.get(metric["kind"])
    given = metric.get("parameters", {})
    found = []
    for name, field in declared.parameters.model_fields.items() if declared else ():
        key = field.alias or name
        value = given.get(key, field.get_default()) if not field.is_required() else given.get(key, "")
        names = next((mark.what for mark in field.metadata if isinstance(mark, Names)), "")
        options = _named(names, document) if names else tuple((each, each) for each in get_args(field.annotation))
        if options and value not in dict(options):
            options = (("", "–" if value == "" else f"{value} (is not there)"), *options)
        title = field.title or key
        found.append(ParameterField(key, title, field.description or "", value, field.annotation is int, options))
    return found


def _named(what: str, document: Document) -> tuple[tuple[str, str], ...]:
    """Whatever of a document a parameter may name, with its label."""
    if what == "seam":
        return tuple((each["key"], each["label"]) for each in document["seams"])
    pipelines = tuple((each["key"], each["label"]) for each in document["pipelines"])
    if what == "pipeline":
        return pipelines
    return pipelines + tuple(
        (f"{each['key']}/{stage['key']}", f"{each['label']} · {stage['label']}")
        for each in document["pipelines"]
        for stage in each["stages"]
    )


def _parameters_in(posted: QueryDict, metric: dict[str, Any], document: Document) -> dict[str, Any]:
    """The parameters that were posted; what stays at its default is not written down. Nothing where none was asked."""
    fields = [each for each in parameters_of(metric, document) if f"parameter:{each.name}" in posted]
    if not fields:
        return {}
    kept = dict(metric.get("parameters", {}))
    for field in fields:
        name = f"parameter:{field.name}"
        value = whole(posted, name, field.title) if field.is_number else text(posted, name)
        if field.name in kept or value != field.value:
            kept[field.name] = value
    known = {each.name for each in fields}
    return {"parameters": {name: value for name, value in kept.items() if name in known and value not in ("", None)}}


class MetricEditor(Editor):
    """What a metric counts, what it aims at and who answers for it."""

    slug, title, icon = "metric", "Metric", "gauge"
    hint = "Parameters, target, owner and description of one metric."

    def subjects(self, document: Document) -> list[Subject]:
        return [Subject(each["key"], each["label"]) for each in document["metrics"]]

    def context(self, document: Document, of: str) -> dict[str, Any]:
        metric = item(document, ("metrics", {"key": of}))
        return {"metric": metric, "parameters": parameters_of(metric, document)}

    def read(self, posted: QueryDict, document: Document, of: str) -> EditList:
        path: Path = ("metrics", {"key": of})
        metric = item(document, path)
        return touched(
            document,
            path,
            {
                **_parameters_in(posted, metric, document),
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
        return {"reason": item(document, self._path(of)), "dispositions": Disposition.values}

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
