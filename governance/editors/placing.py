"""Putting a sentence about a path of the blueprint at the field it is about."""

from __future__ import annotations

from typing import Any

from django.forms.formsets import BaseFormSet

from blueprint.paths import spelled
from core.errors import BadInput
from governance.checks import run_checks
from governance.editors.part_editor import Opened
from governance.models import ChangeRequest
from governance.queries.proposals import base_of
from governance.queries.workspace_facts import facts_of


def place_refusal(opened: Opened, refusal: BadInput) -> bool:
    """Show the refusal at its field; False where no field of these forms is meant."""
    return _place(opened, refusal.field or "", refusal.detail)


def place_findings(opened: Opened, change: ChangeRequest) -> None:
    """Show at each field what the checks of a draft say of it. Up to nine queries, none while nothing is proposed."""
    base = base_of(change)
    if change.state != ChangeRequest.State.DRAFT or opened.is_new or base == opened.document:
        return
    for finding in run_checks(base, opened.document, facts_of):
        for said in finding.said:
            if said.path.startswith(f"{spelled(opened.path)}/"):
                _place(opened, said.path, str(said))


def _place(opened: Opened, where: str, sentence: str) -> bool:
    base = spelled(opened.path)
    inside = where[len(base) + 1 :] if base and where.startswith(f"{base}/") else where
    name, *rest = inside.split("/")
    for section in opened.shown_lists():
        if isinstance(section, BaseFormSet):
            if section.name == name:  # type: ignore[attr-defined]
                _place_in_row(section, rest, sentence)
                return True
        elif section.prefix == name and rest and rest[0] in section.fields:
            return _add(section, rest[0], sentence)
        elif section.prefix is None and name in section.fields:
            return _add(section, name, sentence)
    return False


def _place_in_row(section: Any, rest: list[str], sentence: str) -> None:
    """In the row that the path names by its key or its number, else above the list."""
    rows = section.rows() if section.is_bound else section.forms
    for place, form in enumerate(rows):
        if rest and rest[0] in (str(place + 1), form.now.get("key")):
            _add(form, rest[1] if len(rest) > 1 and rest[1] in form.fields else "__all__", sentence)
            return
    section.non_form_errors().append(sentence)


def _add(form: Any, name: str, sentence: str) -> bool:
    """A form that was not sent has no errors of its own; it shows these all the same."""
    form.errors.setdefault(name, form.error_class()).append(sentence)
    return True
