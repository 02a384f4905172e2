"""The shape of what people type about records. Sense is the actions' business."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django import forms

from blueprint.expressions.fields import DataType
from blueprint.schema import Blueprint
from blueprint.schema.vocabularies import RecordKind, TouchDirection, TouchKind
from core.people.models import Member
from core.people.permissions import PERMITS

BLANK = (("", "–"),)


class RecordForm(forms.Form):
    """A new record by hand."""

    kind = forms.ChoiceField(choices=RecordKind, initial=RecordKind.LEAD)
    name = forms.CharField(max_length=255)
    email = forms.EmailField(label="E-mail", required=False)
    account = forms.CharField(label="Company", max_length=255, required=False)
    source = forms.CharField(max_length=120, required=False)
    amount = forms.DecimalField(max_digits=16, decimal_places=2, required=False, min_value=0)


class ActivityForm(forms.Form):
    """A touch; the seam says which stop the first-touch clock."""

    kind = forms.ChoiceField(choices=TouchKind)
    direction = forms.ChoiceField(choices=TouchDirection)
    outcome = forms.CharField(
        max_length=60, required=False, widget=forms.TextInput(attrs={"list": "touch-outcomes", "autocomplete": "off"})
    )
    note = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=5000,
        help_text="@rick, or a whole address behind an @, tells who is mentioned.",
    )


class AdvanceForm(forms.Form):
    """Where to, and, where it is lost or overridden, why."""

    to = forms.CharField(max_length=60)
    reason = forms.CharField(max_length=60, required=False)
    note = forms.CharField(max_length=2000, required=False)
    override = forms.BooleanField(required=False)


class OwnerForm(forms.Form):
    """Who takes care of it."""

    owner = forms.ModelChoiceField(queryset=None, required=False, empty_label="Nobody")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.queryset = Member.objects.filter(
            is_active=True, kind=Member.Kind.PERSON, role__in=PERMITS["record.write"][0]
        ).order_by("name")


class RestatementForm(forms.Form):
    """What a closing of a closed period was worth, and why that is known only now."""

    amount = forms.DecimalField(max_digits=16, decimal_places=2, min_value=0, label="Its right amount")
    reason = forms.CharField(
        max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text="Listed beside the figures it changes."
    )


CORE_FIELDS: dict[str, forms.Field] = {
    "name": forms.CharField(max_length=255),
    "email": forms.EmailField(label="E-mail", required=False),
    "source": forms.CharField(max_length=120, required=False),
    "amount": forms.DecimalField(max_digits=16, decimal_places=2, required=False, min_value=0),
}


FIELD_OF: dict[DataType, Callable[..., forms.Field]] = {
    DataType.NUMBER: forms.DecimalField,
    DataType.INTEGER: forms.IntegerField,
    DataType.BOOLEAN: partial(
        forms.TypedChoiceField,
        choices=(*BLANK, ("true", "Yes"), ("false", "No")),
        coerce=lambda said: said == "true",
        empty_value=None,
    ),
    DataType.DATE: partial(forms.DateField, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")),
    DataType.DATETIME: partial(
        forms.DateTimeField,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "step": 1}, format="%Y-%m-%dT%H:%M:%S"),
    ),
    DataType.EMAIL: forms.EmailField,
}


def edit_form(lifecycle: Blueprint, kind: str, own: Mapping[str, Any] | None = None) -> type[forms.Form]:
    """A form over the core fields and every property that belongs to this kind of record. `own`: its properties, where
    somebody who left may stand."""
    fields: dict[str, Any] = dict(CORE_FIELDS)
    fields["closes_on"] = FIELD_OF[DataType.DATE](label="Closes on", required=False)
    if kind == RecordKind.CUSTOMER:
        fields["renews_on"] = FIELD_OF[DataType.DATE](label="Renews on", required=False)
    for each in lifecycle.properties:
        if each.record_kind not in ("", kind):
            continue
        make = FIELD_OF.get(each.type, partial(forms.CharField, max_length=1000))
        options = [(option, option) for option in each.options]
        if each.type is DataType.CHOICE:
            make = partial(forms.ChoiceField, choices=(*BLANK, *options))
        if each.type is DataType.PERSON:
            make = partial(forms.ChoiceField, choices=partial(_people, (own or {}).get(each.key)))
        if each.type is DataType.CHOICES:
            make = partial(forms.MultipleChoiceField, choices=options, widget=forms.CheckboxSelectMultiple)
        fields[f"property_{each.key}"] = make(label=each.label, required=False)
    return type("EditForm", (forms.Form,), fields)


def _people(own: str | None) -> list[tuple[str, str]]:
    """Who is here, by name, and who stands there already."""
    here = Member.objects.filter(is_active=True, kind=Member.Kind.PERSON).values_list("name", flat=True)
    return [*BLANK, *((name, name) for name in sorted({*here, *filter(None, (own,))}))]
