"""Parts of forms that the schema alone cannot draw: moves as a matrix, a metric's parameters, routing, acceptance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from django import forms
from pydantic.fields import FieldInfo

from blueprint.schema.values import IsExpression, OneOf
from blueprint.schema.vocabularies import RoutingTarget
from governance.forms.choices import Choices, Offers, with_current
from governance.forms.item_rows import ItemForm, ItemsFormSet
from governance.forms.part import FieldsForm, SectionForm
from governance.forms.schema_fields import NOTHING
from scorecard.kinds import KINDS
from scorecard.kinds.parameters import KnownNames


class MovesForm(SectionForm):
    """From which stage a record may move to which: a row for each stage, a box for each other one. A stage that goes
    from the list above it, `rows`, is left out of where others lead."""

    template = "governance/forms/moves.html"
    title = "Moves"

    def __init__(self, data: Any = None, *, now: Mapping[str, Any], rows: ItemsFormSet) -> None:
        self.stages, self.rows_of_stages = list(now.get("stages") or ()), rows
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

    def values(self) -> dict[str, Any]:
        """Every stage with where it leads to."""
        kept = self.rows_of_stages.values()["stages"]
        keys = {stage["key"] for stage in kept}
        moves = [(stage, self._moves_of(stage)) for stage in kept]
        return {
            "stages": [
                stage if leads is None else {**stage, "moves_to": [key for key in leads if key in keys]}
                for stage, leads in moves
            ]
        }

    def shown(self, name: str, value: Any) -> Any:
        """The stages as they were; the edit of all of them takes the place of that of the rows alone."""
        return self.stages

    def _moves_of(self, stage: Mapping[str, Any]) -> list[str] | None:
        """Where the stage leads to: by the matrix, or as it is written where that says what was shown."""
        shown, chosen = self.initial.get(stage["key"]), self.cleaned_data.get(stage["key"])
        if shown is None or chosen is None or set(chosen) == set(shown):
            return stage.get("moves_to")
        return [key for key in shown if key in chosen] + [key for key in chosen if key not in shown]


class ParametersForm(SectionForm):
    """The parameters that a metric's kind declares."""

    title = "What it counts"

    def __init__(self, data: Any = None, *, now: Mapping[str, Any], offers: Offers, kind: str) -> None:
        declared = KINDS.get(kind)
        self.now = dict(now.get("parameters") or {}) if now.get("kind") == kind else {}
        super().__init__(None if data is None else data.dict(), prefix="parameters")
        for name, field in declared.parameters.model_fields.items() if declared else ():
            key = field.alias or name
            names = next((mark.what for mark in field.metadata if isinstance(mark, KnownNames)), "")
            value = self.initial[key] = self.now.get(key, "" if field.is_required() else field.get_default())
            if data is not None:  # a kind that was only now chosen has not been asked for its parameters
                self.data = {self.add_prefix(key): str(value), **self.data}
            options = offers.named(names) if names else _words_of(field)
            is_asked = field.is_required()
            common: dict[str, Any] = {"label": field.title or key, "help_text": field.description or ""}
            if options:
                blank = [] if value and is_asked or value and not names else [("", NOTHING)]
                choices = [*blank, *with_current(options, value)]
                self.fields[key] = forms.ChoiceField(choices=choices, required=is_asked, **common)
            elif field.annotation is str:
                box = forms.Textarea(attrs={"rows": 2}) if IsExpression() in field.metadata else forms.TextInput()
                self.fields[key] = forms.CharField(required=is_asked, max_length=2_000, widget=box, **common)
            else:
                self.fields[key] = forms.IntegerField(
                    min_value=_least(field), max_value=3_650, required=is_asked, **common
                )

    def values(self) -> dict[str, Any]:
        """The parameters; what stays at its default is not written down."""
        said = {key: value for key, value in self.cleaned_data.items() if value not in ("", None)}
        return {"parameters": {key: each for key, each in said.items() if key in self.now or each != self.initial[key]}}

    def shown(self, name: str, value: Any) -> Any:
        """The parameters as they were."""
        return self.now


def _words_of(field: FieldInfo) -> Choices:
    """The words a parameter chooses from, with their labels; none where it is free."""
    for mark in field.metadata:
        if isinstance(mark, OneOf):
            return list(mark.choices)
    return [(each, str(each).replace("_", " ").capitalize()) for each in get_args(field.annotation)]


def _least(field: FieldInfo) -> int:
    """The least that a number may be."""
    return next((int(mark.ge) for mark in field.metadata if hasattr(mark, "ge")), 1)


class ReceiverForm(FieldsForm):
    """A routing rule's receiver: pool and person are kept only where they receive."""

    def clean(self) -> dict[str, Any]:
        """A receiver that is a pool or a person is named."""
        cleaned = super().clean()
        for name, target, asked in (
            ("pool", RoutingTarget.POOL, "Choose the pool."),
            ("member", RoutingTarget.MEMBER, "Choose the person."),
        ):
            if cleaned.get("target") != target:
                cleaned[name] = ""
            elif not cleaned.get(name):
                self.add_error(name, asked)
        return cleaned


class PlaybookStepForm(ItemForm):
    """One step of a playbook: its words are what is to be done, whatever its conditions say."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label, described = self.fields["label"], self.schema["label"]
        self.test, label.required, label.label, label.help_text = "", True, described.label, described.help
        self.order_fields(["label"])


class RuleForm(ReceiverForm, ItemForm):
    """One routing rule."""


class CatchAllForm(ReceiverForm):
    """The last routing rule, which always matches."""

    def rule(self) -> dict[str, Any]:
        """The rule, with its test."""
        said = {name: value for name, value in self.values().items() if value}
        return {**{key: each for key, each in self.now.items() if key == "key"}, **said, "expression": "true"}


class OnAcceptForm(SectionForm):
    """What accepting does to the record, and what it makes."""

    title = "On acceptance"

    def __init__(self, data: Any = None, *, now: Mapping[str, Any], offers: Offers) -> None:
        self.written, self.document = now.get("on_accept") or {}, offers.document
        create, advance = self.written.get("create"), self.written.get("advance", "")
        path = f"{create['pipeline']}/{create['stage']}" if create else ""
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

    def shown(self, name: str, value: Any) -> Any:
        """The object as it was."""
        return self.written


class DocumentForm(SectionForm):
    """The whole document as text."""

    template = "governance/forms/document.html"
    title = "The whole blueprint"
    yaml = forms.CharField(required=False, strip=False, label="YAML", widget=forms.Textarea(attrs={"rows": 32}))
