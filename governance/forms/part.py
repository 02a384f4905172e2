"""Forms of a part of the blueprint: some of its fields, or a list of its items, read back as the document says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from pydantic import ValidationError

from blueprint.paths import Path
from blueprint.schema import Part, PartField, fields_of
from blueprint.shape import sentence
from governance.forms.choices import Choices, Offers
from governance.forms.schema_fields import document_value, form_field, is_blank

EditList = list[tuple[Sequence[Any], Any]]


class SectionForm(forms.Form):
    """One form of an editor's page: it says its values as the document would hold them."""

    template = "governance/forms/fields.html"
    title = ""

    def values(self) -> dict[str, Any]:
        """Name → value as the document would hold it; nothing where the form only helps another one."""
        return {}

    def shown(self, name: str, value: Any) -> Any:
        """What the form said at first where it says `value` now."""
        return self.initial[name]

    def edits(self, path: Path) -> EditList:
        """What differs from what was shown."""
        return [((*path, name), value) for name, value in self.values().items() if value != self.shown(name, value)]

    def silence(self) -> None:
        """Show what was typed without judging it yet."""
        self._errors = ErrorDict()


class FieldsForm(SectionForm):
    """Some fields of a part. `now` is the part as the document has it; `usual` what it means where it is left out."""

    def __init__(
        self,
        data: Any = None,
        *,
        part: type[Part],
        names: Sequence[str],
        now: Mapping[str, Any],
        offers: Offers,
        choices: Mapping[str, Choices] | None = None,
        title: str = "",
        usual: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        self.part, self.now, self.offers, self.title = part, now, offers, title
        described = fields_of(part)
        self.schema: dict[str, PartField] = {name: described[name] for name in names}
        left_out = {name: field.default for name, field in self.schema.items()} | dict(usual or {})
        initial = {name: now.get(name, left_out[name]) for name in self.schema}
        super().__init__(data, initial=initial, **kwargs)
        for name, field in self.schema.items():
            self.fields[name] = form_field(field, offers, initial[name], (choices or {}).get(name))

    def clean(self) -> dict[str, Any]:
        """Every value is one the schema takes; words that nobody gave are made from the test."""
        cleaned = super().clean() or {}
        for name, field in self.schema.items():
            if name in cleaned and not is_blank(cleaned[name]):
                value = document_value(self.fields[name], cleaned[name], self.now.get(name))
                try:
                    field.adapter.validate_python(value)
                except ValidationError as refused:
                    self.add_error(name, sentence(refused.errors(include_url=False)[0]))
                else:
                    cleaned[name] = value
        return cleaned

    def values(self) -> dict[str, Any]:
        """Name → value as the document would hold it; None where nothing is said."""
        found = {name: self.cleaned_data.get(name) for name in self.schema}
        return {name: None if value == "" else value for name, value in found.items()}

    def shown(self, name: str, value: Any) -> Any:
        """A blank where there was nothing is no edit."""
        return None if value is None and name not in self.now else self.initial[name]

    def _raw_value(self, name: str) -> Any:
        return self.fields[name].widget.value_from_datadict(self.data, self.files, self.add_prefix(name))


class ObjectForm(FieldsForm):
    """An object inside a part, such as the hours of a week. `usual` is what it says where it is left out."""

    def __init__(self, data: Any = None, *, name: str, now: Mapping[str, Any], usual: Any, **kwargs: Any) -> None:
        self.name, self.written = name, now.get(name)
        super().__init__(data, now={**(usual or {}), **(self.written or {})}, prefix=name, **kwargs)

    def values(self) -> dict[str, Any]:
        """The whole object; what is as the schema has it is written only where it was written before."""
        said = super().values()
        kept = {key: value for key, value in said.items() if key in self.now or not self._is_default(key, value)}
        return {self.name: kept}

    def shown(self, name: str, value: Any) -> Any:
        """The object as it was, of the parts that are said now."""
        return {key: self.now.get(key, self.initial[key]) for key in value}

    def _is_default(self, key: str, value: Any) -> bool:
        default = self.schema[key].default
        return value == default or (is_blank(value) and is_blank(default or None))
