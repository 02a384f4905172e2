"""Form fields made from the schema: one for each field of a part, with its label, help, bounds and choices."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms

from blueprint.schema import PartField
from governance.forms.choices import Choices, Offers, with_current
from governance.forms.condition import ConditionField

LONG_TEXT = 300
NOTHING = "–"


class ListField(forms.CharField):
    """A list of words: one a line, or with commas between where each is short and of one shape."""

    def __init__(self, *, separator: str, **kwargs: Any) -> None:
        self.separator = separator
        widget = forms.TextInput() if separator == "," else forms.Textarea(attrs={"rows": 6})
        super().__init__(widget=widget, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        between = ", " if self.separator == "," else "\n"
        return between.join(map(str, value)) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> list[str]:
        """The words without blanks, each once."""
        text = super().clean(value).replace("\r\n", "\n")
        return list(dict.fromkeys(word.strip() for word in text.split(self.separator) if word.strip()))


class ShareField(forms.DecimalField):
    """A share between 0 and 1, asked for in percent."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["label"] = f"{kwargs['label']} in percent"
        kwargs["help_text"] = ""
        super().__init__(widget=forms.NumberInput(attrs={"min": 0, "max": 100, "step": "any"}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return plain(round(Decimal(str(value)) * 100, 4)) if isinstance(value, int | float) else value

    def clean(self, value: Any) -> Any:
        percent = super().clean(value)
        if percent is None:
            return None
        if not 0 <= percent <= 100:
            raise forms.ValidationError("This is between 0 and 100.")
        return round(percent / 100, 6)


class DayField(forms.DateField):
    """A day, kept as it is written in the document."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        return day.isoformat() if day else ""


def plain(number: Any) -> Any:
    """A number as a document writes it: 1 instead of 1.0."""
    if isinstance(number, Decimal):
        return int(number) if number == number.to_integral_value() else float(number)
    return number


def form_field(field: PartField, offers: Offers, now: Any, choices: Choices | None = None) -> forms.Field:
    """The form field of a schema field. `now` is what stands there; `choices` take the place of the schema's."""
    value = field.value
    common: dict[str, Any] = {"label": field.label, "help_text": field.help}
    common["required"] = field.is_needed and not value.may_be_blank
    names = value.names or (value.each.names if value.each else None)
    if choices is None and names:
        choices = offers.named(names)
    if value.kind == "values":
        return _several(field, choices, now, common)
    if value.is_expression:
        catalogue = offers.ladder_catalogue if value.is_about_handoff else offers.catalogue
        return ConditionField(catalogue=catalogue, **common)
    if value.kind == "choice" or choices is not None:
        offered = with_current(list(choices if choices is not None else value.choices), now)
        has_blank = any(key == "" for key, _ in offered)
        blank = [] if has_blank or (common["required"] and now) or value.kind == "choice" else [("", NOTHING)]
        is_chosen = {"required": common["required"] or not (has_blank or blank)}
        return forms.ChoiceField(choices=[*blank, *offered], **{**common, **is_chosen})
    return _plain_field(field, common)


def _several(field: PartField, choices: Choices | None, now: Any, common: dict[str, Any]) -> forms.Field:
    """A list of words, each chosen or typed."""
    each = field.value.each
    common["required"] = (field.value.least or 0) > 0
    if choices is None and each is not None and each.kind == "choice":
        choices = list(each.choices)
    if choices is not None:
        offered = with_current(choices, now)
        return forms.MultipleChoiceField(choices=offered, widget=forms.CheckboxSelectMultiple, **common)
    return ListField(separator="," if each is not None and each.pattern else "\n", **common)


def _plain_field(field: PartField, common: dict[str, Any]) -> forms.Field:
    value = field.value
    bounds = {"min": value.least, "max": value.most}
    if value.kind == "whole":
        return forms.IntegerField(widget=forms.NumberInput(attrs=bounds), **common)
    if value.kind == "number":
        if (value.least, value.most) == (0, 1):
            return ShareField(**common)
        return forms.DecimalField(max_digits=24, widget=forms.NumberInput(attrs={"step": "any"}), **common)
    if value.kind == "flag":
        return forms.BooleanField(**{**common, "required": False})
    if value.kind == "day":
        return DayField(**common)
    is_long = (value.most or 0) > LONG_TEXT
    widget = (
        forms.Textarea(attrs={"rows": 3}) if is_long else forms.TextInput(attrs={"maxlength": int(value.most or 0)})
    )
    return forms.CharField(widget=widget, **common)


def document_value(asked: forms.Field, cleaned: Any, former: Any) -> Any:
    """What was given as a document holds it; boxes come in the page's order, and what was ticked keeps its place."""
    if isinstance(asked, forms.MultipleChoiceField):
        kept = [each for each in former or () if each in cleaned]
        return kept + [each for each in cleaned if each not in kept]
    return plain(cleaned)


def is_blank(value: Any) -> bool:
    """Whether nothing is said."""
    return value is None or value in ("", []) or (isinstance(value, Mapping) and not value)
