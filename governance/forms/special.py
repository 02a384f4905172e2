"""Parts of forms that the schema alone cannot draw: moves as a matrix, a metric's parameters, routing, acceptance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from django import forms
from django.forms.utils import ErrorDict

from blueprint.paths import Path
from blueprint.schema.vocabularies import RoutingTarget
from governance.forms.choices import Choices, Offers, with_current
from governance.forms.fields import NOTHING
from governance.forms.item_rows import ItemForm
from governance.forms.part import EditList, FieldsForm
from scorecard.rules.declarations import DECLARATIONS, KnownNames


class SpecialForm(forms.Form):
    """A form beside the schema: it says its values and edits as the others do."""

    template = "governance/forms/fields.html"
    title = ""

    def values(self) -> dict[str, Any]:
        """Name → value as the document would hold it."""
        raise NotImplementedError

    def edits(self, path: Path) -> EditList:
        """What differs."""
        raise NotImplementedError

    def silence(self) -> None:
        """Show what was typed without judging it yet."""
        self._errors = ErrorDict()


class MovesForm(SpecialForm):
    """From which stage a record may move to which: a row for each stage, a box for each other one."""

    template = "governance/forms/moves.html"
    title = "Moves"

    def __init__(self, data: Any = None, *, now: Mapping[str, Any]) -> None:
        self.stages = list(now.get("stages") or ())
        super().__init__(data, prefix="moves")
        labels = [(each["key"], each["label"]) for each in self.stages]
        for place, stage in enumerate(self.stages):
            usual = [each["key"] for each in self.stages[place + 1 : place + 2]]
            self.initial[stage["key"]] = stage.get("moves_to", usual)
            self.fields[stage["key"]] = forms.MultipleChoiceField(
                choices=[pair for pair in labels if pair[0] != stage["key"]], required=False, label=stage["label"]
            )

    def rows(self) -> list[dict[str, Any]]:
        """The matrix as it is drawn."""
        drawn = []
        for stage in self.stages:
            chosen = self[stage["key"]].value() or []
            cells = [
                {"to": to["key"], "label": to["label"], "is_self": to is stage, "is_chosen": to["key"] in chosen}
                for to in self.stages
            ]
            drawn.append({"name": self.add_prefix(stage["key"]), "label": stage["label"], "cells": cells})
        return drawn

    def moves_of(self, stage: Mapping[str, Any]) -> list[str] | None:
        """Where the stage leads to by the matrix, or None where it is not in it or says what was shown."""
        shown, chosen = self.initial.get(stage["key"]), self.cleaned_data.get(stage["key"])
        if shown is None or chosen is None or set(chosen) == set(shown):
            return None
        return [key for key in shown if key in chosen] + [key for key in chosen if key not in shown]


class ParametersForm(SpecialForm):
    """The parameters that a metric's kind declares."""

    title = "What it counts"

    def __init__(self, data: Any = None, *, now: Mapping[str, Any], offers: Offers, kind: str) -> None:
        declared = DECLARATIONS.get(kind)
        self.now = dict(now.get("parameters") or {}) if now.get("kind") == kind else {}
        self.shown: dict[str, Any] = {}
        super().__init__(None if data is None else data.dict(), prefix="parameters")
        for name, field in declared.parameters.model_fields.items() if declared else ():
            key, names = (
                field.alias or name,
                next((mark.what for mark in field.metadata if isinstance(mark, KnownNames)), ""),
            )
            value = self.now.get(key, "" if field.is_required() else field.get_default())
            self.shown[key] = self.initial[key] = value
            if data is not None:  # a kind that was only now chosen has not been asked for its parameters
                self.data = {self.add_prefix(key): str(value), **self.data}
            options: Choices = offers.named(names) if names else [(each, each) for each in get_args(field.annotation)]
            common: dict[str, Any] = {"label": field.title or key, "help_text": field.description or ""}
            if options:
                blank = [] if value else [("", NOTHING)]
                self.fields[key] = forms.ChoiceField(choices=[*blank, *with_current(options, value)], **common)
            else:
                self.fields[key] = forms.IntegerField(min_value=1, max_value=3_650, **common)

    def values(self) -> dict[str, Any]:
        """The parameters; what stays at its default is not written down."""
        said = {key: value for key, value in self.cleaned_data.items() if value not in ("", None)}
        return {"parameters": {key: each for key, each in said.items() if key in self.now or each != self.shown[key]}}

    def edits(self, path: Path) -> EditList:
        """The parameters as one edit."""
        said = self.values()["parameters"]
        return [] if said == self.now else [((*path, "parameters"), said)]


class RuleForm(ItemForm):
    """One routing rule: pool and person are kept only where they receive."""

    def clean(self) -> dict[str, Any]:
        """A receiver that is a pool or a person is named."""
        cleaned = super().clean()
        one_receiver(self, cleaned)
        return cleaned


class CatchAllForm(FieldsForm):
    """The last routing rule, which always matches."""

    def clean(self) -> dict[str, Any]:
        """A receiver that is a pool or a person is named."""
        cleaned = super().clean()
        one_receiver(self, cleaned)
        return cleaned

    def rule(self) -> dict[str, Any]:
        """The rule, with its test."""
        said = {name: value for name, value in self.values().items() if value}
        return {**{key: each for key, each in self.now.items() if key == "key"}, **said, "expression": "true"}


def one_receiver(form: forms.Form, cleaned: dict[str, Any]) -> None:
    """Keep the receiver that the target means, and ask for it where it is missing."""
    for name, target, asked in (
        ("pool", RoutingTarget.POOL, "Choose the pool."),
        ("member", RoutingTarget.MEMBER, "Choose the person."),
    ):
        if cleaned.get("target") != target:
            cleaned[name] = ""
        elif not cleaned.get(name):
            form.add_error(name, asked)


class OnAcceptForm(SpecialForm):
    """What accepting does to the record, and what it makes."""

    title = "On acceptance"

    def __init__(self, data: Any = None, *, now: Mapping[str, Any], offers: Offers) -> None:
        self.written, self.document = now.get("on_accept"), offers.document
        create = (self.written or {}).get("create")
        path = f"{create['pipeline']}/{create['stage']}" if create else ""
        advance = (self.written or {}).get("advance", "")
        super().__init__(data, prefix="on_accept", initial={"advance": advance, "create": path})
        stages = [("", NOTHING), *with_current(offers.named("sibling"), advance)]
        self.fields["advance"] = forms.ChoiceField(
            choices=stages, required=False, label="Moves the record to", help_text="A stage of its own pipeline."
        )
        self.fields["create"] = forms.ChoiceField(
            choices=[("", NOTHING), *with_current(offers.named("stage"), path)],
            required=False,
            label="Makes the next record in",
            help_text="Where the next record of the journey begins.",
        )

    def values(self) -> dict[str, Any]:
        """The object."""
        said: dict[str, Any] = {}
        if self.cleaned_data.get("advance"):
            said["advance"] = self.cleaned_data["advance"]
        if self.cleaned_data.get("create"):
            pipeline, _, stage = self.cleaned_data["create"].partition("/")
            kind = next(each["record_kind"] for each in self.document["pipelines"] if each["key"] == pipeline)
            said["create"] = {"kind": kind, "pipeline": pipeline, "stage": stage}
        return {"on_accept": said}

    def edits(self, path: Path) -> EditList:
        """The object as one edit."""
        said = self.values()["on_accept"]
        return [] if said == (self.written or {}) else [((*path, "on_accept"), said)]


class DocumentForm(SpecialForm):
    """The whole document as text."""

    template = "governance/forms/document.html"
    title = "The whole blueprint"
    yaml = forms.CharField(required=False, strip=False, label="YAML", widget=forms.Textarea(attrs={"rows": 32}))
