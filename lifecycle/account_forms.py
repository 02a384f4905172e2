"""The shape of what people type about companies."""

from collections.abc import Mapping
from typing import Any

from django import forms

from core.people.functions import Function
from core.people.models import Member
from core.people.permissions import PERMITS
from lifecycle.models import Account
from lifecycle.rules.account_owners import LONGEST_WHY


class SideOwnerForm(forms.Form):
    """Whose a company is on one side."""

    side = forms.ChoiceField(label="Side of the house", initial=Function.SALES)
    owner = forms.ModelChoiceField(label="Owner", queryset=None, required=False, empty_label="Nobody")
    is_named = forms.BooleanField(
        label="Named account",
        required=False,
        help_text="Its owner comes before every rule of territories and turns.",
    )
    why = forms.CharField(label="Why", max_length=LONGEST_WHY, required=False)

    def __init__(self, *args: Any, functions: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["side"].choices = list(functions.items())  # type: ignore[attr-defined]
        owner: Any = self.fields["owner"]
        owner.queryset = Member.objects.filter(
            is_active=True, kind=Member.Kind.PERSON, role__in=PERMITS["record.write"][0]
        ).order_by("name")


class ParentForm(forms.Form):
    """Which company it belongs to, by its number."""

    parent = forms.IntegerField(
        label="Number of the company it belongs to",
        required=False,
        min_value=1,
        max_value=2**62,
        help_text="Where it has no owner, the company above is asked. Blank is none.",
    )

    def clean_parent(self) -> Account | None:
        number = self.cleaned_data["parent"]
        parent = Account.objects.filter(number=number).first() if number else None
        if number and parent is None:
            raise forms.ValidationError("There is no such company.")
        return parent
