"""Putting a refusal that names a path of the blueprint at the field it is about."""

from __future__ import annotations

from typing import Any

from django.forms.formsets import BaseFormSet

from blueprint.paths import spelled
from core.errors import BadInput
from governance.editors.part_editor import Opened


def place_refusal(opened: Opened, refusal: BadInput) -> bool:
    """Show the refusal at its field; False where no field of these forms is meant."""
    return place_sentence(opened, refusal.field or "", refusal.detail)


def place_sentence(opened: Opened, where: str, sentence: str) -> bool:
    """Show a sentence at the field that a path as spelled leads to; False where there is none."""
    base = spelled(opened.path)
    inside = where[len(base) + 1 :] if base and where.startswith(f"{base}/") else where
    name, *rest = inside.split("/")
    for section in opened.shown_lists():
        if isinstance(section, BaseFormSet):
            if section.name == name:  # type: ignore[attr-defined]
                _at_row(section, rest, sentence)
                return True
        elif getattr(section, "name", None) == name and rest and rest[0] in section.fields:
            section.add_error(rest[0], sentence)
            return True
        elif name in section.fields:
            section.add_error(name, sentence)
            return True
    return False


def _at_row(section: Any, rest: list[str], sentence: str) -> None:
    """In the row that the path names by its key or its number, else above the list."""
    rows = section.rows()
    for place, form in enumerate(rows):
        if rest and rest[0] in (str(place + 1), form.value().get("key")):
            form.add_error(rest[1] if len(rest) > 1 and rest[1] in form.fields else None, sentence)
            return
    section.non_form_errors().append(sentence)
