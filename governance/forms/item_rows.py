"""Forms of a keyed list of the blueprint: a row for each item, in their order, read back as the document says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms.formsets import BaseFormSet, formset_factory

from blueprint.paths import Path
from blueprint.schema import LabelledItem, Part, fields_of
from blueprint.schema.part import made_key
from core.bounds import whole
from core.errors import BadInput
from governance.forms.choices import Offers
from governance.forms.condition import ConditionField
from governance.forms.condition_data import Typed
from governance.forms.part import EditList, FieldsForm
from governance.forms.schema_fields import is_blank
from governance.rules.conditions import LONGEST_LABEL, condition_of, words_of
from governance.rules.labels import contradiction

MOST_ROWS = 400


def _place(given: str, count: int) -> int | None:
    """Which of so many items is meant; None for a new one."""
    try:
        return whole(given, "at", most=count - 1)
    except BadInput:
        return None


class ItemForm(FieldsForm):
    """One item of a list. `at` says which item of the document's list it was, so that nothing it holds gets lost."""

    template = "governance/forms/item.html"

    def __init__(
        self, data: Any = None, *, items: Sequence[Mapping[str, Any]], place: int | None = None, **kwargs: Any
    ) -> None:
        kwargs.pop("initial", None)
        if data is not None:
            place = _place(data.get(f"{kwargs['prefix']}-at", ""), len(items))
        super().__init__(data, now=items[place] if place is not None else {}, **kwargs)
        self.fields["at"] = forms.IntegerField(required=False, widget=forms.HiddenInput, initial=place)
        if "key" in self.fields:
            self.fields["key"].required = False
            self.fields["key"].disabled = place is not None
            self.fields["key"].help_text = ""
        tests = [name for name, field in self.fields.items() if isinstance(field, ConditionField)]
        self.test = tests[0] if tests and "label" in self.fields else ""
        if self.test:
            self.fields["label"].required = False
            self.fields["label"].label = "In words"
            self.fields["label"].help_text = "Made from the test until you write your own."
            self.order_fields([self.test])

    def clean(self) -> dict[str, Any]:
        """Words that nobody wrote follow the test, others do not contradict it; every value is one the schema takes."""
        cleaned, test = self.cleaned_data, self.cleaned_data.get(self.test)
        if test:
            label, typed, catalogue = (
                (cleaned.get("label") or "").strip(),
                self._raw_value(self.test),
                self.offers.catalogue,
            )
            if not label or label == (typed.made if isinstance(typed, Typed) else ""):
                condition = condition_of(catalogue, test)
                cleaned["label"] = words_of(catalogue, condition) if condition else label or test[:LONGEST_LABEL]
            elif said := contradiction(catalogue, label, test):
                self.add_error("label", said)
        return super().clean()

    def has_changed(self) -> bool:
        """Whether anything was typed: a row that was emptied is a row taken away."""
        return any(self._is_typed(name, field) for name, field in self.fields.items())

    def value(self) -> dict[str, Any]:
        """The item: what it was, with what was typed; defaults are not written where they were not before."""
        item = dict(self.now)
        for name, value in self.values().items():
            field = self.schema[name]
            if name == "key":
                item.setdefault(
                    "key", value or made_key(self.cleaned_data["label"], str(self.part.model_config["title"]))
                )
            elif is_blank(value) and not field.is_needed:
                item.pop(name, None)
            elif field.is_needed or name in item or value != field.default:
                item[name] = value
        return item

    def _is_typed(self, name: str, field: forms.Field) -> bool:
        if name in ("at", "ORDER", "DELETE", "key") or isinstance(field, forms.ChoiceField | forms.BooleanField):
            return False
        given = self._raw_value(name)
        return not given.is_empty if isinstance(given, Typed) else bool(given)


class ItemsFormSet(BaseFormSet):  # type: ignore[type-arg] # generic at check time only
    """A list of items, in their order."""

    template = "governance/forms/items.html"
    title = help = noun = name = sorted_by = ""
    least = 0
    shown: Sequence[Mapping[str, Any]] = ()

    @property
    def one_more(self) -> str:
        """What the button adds: `a step`, `an SLA line`."""
        return f"{'an' if self.noun.startswith(('a', 'e', 'i', 'o', 'SLA')) else 'a'} {self.noun}"

    @property
    def list_id(self) -> str:
        """What the list is called on the page."""
        return f"list-{self.prefix}"

    def rows(self) -> list[ItemForm]:
        """The forms in the order that was given."""
        kept = [form for form in self.forms if form.has_changed()]
        places = {form: form.cleaned_data.get("ORDER") for form in kept}
        last = len(self.forms) + 1
        return sorted(kept, key=lambda form: last if places[form] is None else places[form])

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """A form that is shown first knows its item."""
        kwargs = super().get_form_kwargs(index)
        is_item = not self.is_bound and index is not None and index < len(kwargs["items"])
        return {**kwargs, "place": index if is_item else None}

    def initial_form_count(self) -> int:
        """None is an initial form: rows come and go, and each says itself which item it was."""
        return 0

    def total_form_count(self) -> int:
        """One for each item, or as many as were posted."""
        return super().total_form_count() if self.is_bound else len(self.form_kwargs["items"])

    def add_fields(self, form: Any, index: int | None) -> None:
        """Each row says its place."""
        super().add_fields(form, index)
        form.fields["ORDER"].widget = forms.HiddenInput()
        form.fields["ORDER"].initial = (index or 0) + 1

    def clean(self) -> None:
        """Enough items."""
        if len([form for form in self.forms if form.has_changed()]) < self.least:
            raise forms.ValidationError(f"At least {self.least} of these.")

    def values(self) -> dict[str, Any]:
        """The list as the document would hold it."""
        items = [form.value() for form in self.rows()]
        return {self.name: sorted(items, key=lambda item: item[self.sorted_by]) if self.sorted_by else items}

    def edits(self, path: Path) -> EditList:
        """The list as one edit, where it differs."""
        said = self.values()[self.name]
        return [] if said == self.shown else [((*path, self.name), said)]

    def silence(self) -> None:
        """Show what was typed without judging it yet."""
        self._errors, self._non_form_errors = [], self.error_class()
        for form in self.forms:
            form.silence()


def items_formset(
    inside: type[Part],
    name: str,
    *,
    now: Mapping[str, Any],
    offers: Offers,
    data: Any = None,
    form: type[ItemForm] = ItemForm,
    names: Sequence[str] = (),
    sorted_by: str = "",
) -> ItemsFormSet:
    """The formset of the keyed list `name` of a part, with these fields of its items, or all of them."""
    field, items = fields_of(inside)[name], list(now.get(name) or ())
    part = field.value.part or Part
    names = names or [each for each in fields_of(part) if each != "key" or not issubclass(part, LabelledItem)]
    made: Any = formset_factory(form, ItemsFormSet, extra=0, can_order=True, max_num=MOST_ROWS, absolute_max=MOST_ROWS)
    words = str(part.model_config["title"]).split()
    noun = " ".join(word if word.isupper() else word.lower() for word in words)
    made.title, made.help, made.name, made.noun = field.label, field.help, name, noun
    made.sorted_by, made.least, made.shown = sorted_by, int(field.value.least or 0), items
    kwargs = {"part": part, "names": names, "offers": offers, "items": items}
    found: ItemsFormSet = made(data, prefix=name, form_kwargs=kwargs)
    return found
