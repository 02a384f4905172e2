"""Words of a line in a form: made from its test until a person changes them, and never another thing than the test."""

from __future__ import annotations

from typing import Any

from django import forms

from governance.forms.condition import ConditionField
from governance.forms.condition_data import Typed
from governance.rules.conditions import condition_of, words_of
from governance.rules.labels import contradiction

LONGEST = 160


def field_of_test(form: forms.Form) -> ConditionField | None:
    """The field of the form that holds a test, where it has words for it as well."""
    found = (field for field in form.fields.values() if isinstance(field, ConditionField))
    return next(found, None) if "label" in form.fields else None


def keep_words(form: forms.Form, cleaned: dict[str, Any], typed: Any) -> None:
    """Let words that nobody wrote follow the test; refuse those that contradict it."""
    field = field_of_test(form)
    name = next((name for name, each in form.fields.items() if each is field), "")
    if field is None or not cleaned.get(name):
        return
    label, test = (cleaned.get("label") or "").strip(), cleaned[name]
    if not label or label == (typed.made if isinstance(typed, Typed) else ""):
        condition = condition_of(field.catalogue, test)
        cleaned["label"] = words_of(field.catalogue, condition) if condition else label or test[:LONGEST]
    elif said := contradiction(field.catalogue, label, test):
        form.add_error("label", said)
