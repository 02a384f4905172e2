"""The condition builder as a form field: groups of tests, or the criteria language where it is of another shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from blueprint.expressions.amounts import converts
from blueprint.expressions.build import CHOSEN, read
from blueprint.expressions.fields import Catalogue, Family, Field
from blueprint.expressions.source import BadExpression
from governance.forms.condition_data import Typed
from governance.rules.conditions import (
    CannotBuild,
    Condition,
    Group,
    Test,
    condition_of,
    with_threshold,
    words_of,
    write,
)
from governance.rules.operators import OPERATORS, operators_for


class ConditionWidget(forms.Widget):
    """Draws the builder. What it hands to the field is a `Typed`."""

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__()
        self.catalogue = catalogue

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Typed:
        return Typed.read(data if isinstance(data, QueryDict) else QueryDict(), name)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        typed = value if isinstance(value, Typed) else opened(self.catalogue, value or "")
        context = {
            "name": name,
            "id": (attrs or {}).get("id") or f"id_{name}",
            "typed": typed,
            "groups": [{"join": each.join, "tests": list(map(self._shown, each.tests))} for each in typed.groups],
            "fields": [(each.key, each.label) for each in self.catalogue if each.key != "now"],
            "is_free": not self.is_required and typed.is_empty and sum(len(each.tests) for each in typed.groups) <= 1,
            "invalid": (attrs or {}).get("aria-invalid"),
            "made": made_words(self.catalogue, typed),
            "compares_money": compares_money(self.catalogue, typed),
            "currency": self.catalogue.currency,
            "bad": bad_expression(self.catalogue, typed.text) if typed.mode == "text" else None,
        }
        return mark_safe(render_to_string("governance/forms/condition.html", context))

    def _shown(self, test: Test) -> dict[str, Any]:
        """A test with what its two selects offer and how its value is asked for."""
        field = self.catalogue.field(test.field) if test.field in self.catalogue else None
        offered = operators_for(field) if field else []
        operator = next((each for each in offered if each.key == test.operator), offered[0] if offered else None)
        takes = operator.takes if operator else "nothing"
        return {
            "field": test.field,
            "values": test.values,
            "operators": offered,
            "operator": operator,
            "takes": takes,
            "input": input_type(field, takes),
            "options": options_of(field, test) if field else [],
        }


def input_type(field: Field | None, takes: str) -> str:
    """The kind of input a value is typed into."""
    if field is None or takes == "days":
        return "number"
    if field.data_type.family is Family.TIME:
        return "date"
    return "number" if field.data_type.family is Family.NUMBER and takes == "value" else "text"


def options_of(field: Field, test: Test) -> list[str]:
    """The options of a choice, with those a test names that are no more."""
    if field.data_type not in CHOSEN:
        return []
    return [*field.options, *(value for value in test.values if value and value not in field.options)]


def opened(catalogue: Catalogue, expression: str) -> Typed:
    """An expression as the form shows it first: in the builder wherever it is of its shape."""
    condition = condition_of(catalogue, expression) if expression.strip() else None
    if condition is None:
        return Typed(mode="text" if expression.strip() else "build", text=expression, was=expression)
    made = words_of(catalogue, condition)
    return Typed(condition.join, list(condition.groups), text=expression, was=expression, made=made)


def condition_from(typed: Typed) -> Condition:
    """What the builder's inputs say; tests without a field are left out."""
    groups = [
        Group(group.join, tuple(replace(each, values=_values(each)) for each in group.tests if each.field))
        for group in typed.groups
    ]
    return Condition(typed.join, tuple(group for group in groups if group.tests))


def _values(test: Test) -> tuple[str, ...]:
    """The values of a test; several are typed with commas between."""
    operator = OPERATORS.get(test.operator)
    if operator is not None and operator.takes == "values" and len(test.values) == 1:
        return tuple(part.strip() for part in test.values[0].split(",") if part.strip())
    return test.values


def made_words(catalogue: Catalogue, typed: Typed) -> str:
    """The words made from the test as it stands; blank while it makes none."""
    try:
        expression = expression_of(catalogue, typed)
    except CannotBuild:
        return ""
    condition = condition_of(catalogue, expression)
    return words_of(catalogue, condition) if condition else ""


def compares_money(catalogue: Catalogue, typed: Typed) -> bool:
    """Whether the test as it stands compares amounts in the reporting currency."""
    try:
        return converts(read(with_threshold(catalogue), expression_of(catalogue, typed)))
    except (CannotBuild, BadExpression):
        return False


def expression_of(catalogue: Catalogue, typed: Typed) -> str:
    """The expression that is meant; what means the same as before is written as before. Raises CannotBuild."""
    if typed.mode == "text":
        return typed.text.replace("\r\n", "\n").strip()
    condition = condition_from(typed)
    if not condition.groups:
        return ""
    expression = write(catalogue, condition)
    return typed.was if condition_of(catalogue, typed.was) == condition_of(catalogue, expression) else expression


def bad_expression(catalogue: Catalogue, expression: str) -> BadExpression | None:
    """What is wrong with an expression, or None."""
    if not expression.strip():
        return None
    try:
        read(with_threshold(catalogue), expression)
    except BadExpression as bad:
        return bad
    return None


class ConditionField(forms.Field):
    """Cleans to an expression of the criteria language."""

    def __init__(self, *, catalogue: Catalogue, **kwargs: Any) -> None:
        self.catalogue = catalogue
        super().__init__(widget=ConditionWidget(catalogue), **kwargs)

    def clean(self, value: Any) -> str:
        """The expression. Raises ValidationError where it cannot be built."""
        try:
            expression = expression_of(self.catalogue, value)
        except CannotBuild as cannot:
            raise forms.ValidationError(str(cannot)) from None
        if self.required and not expression:
            raise forms.ValidationError("Say what is tested.")
        if bad := bad_expression(self.catalogue, expression):
            raise forms.ValidationError(str(bad))
        return expression
