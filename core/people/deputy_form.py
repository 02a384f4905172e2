"""The shape of naming a deputy."""

from typing import Any

from django import forms

from core.people.models import Member


class DeputyForm(forms.Form):
    """Who stands in while somebody is away."""

    deputy = forms.ModelChoiceField(queryset=None, label="Deputy", required=False, empty_label="Nobody")

    def __init__(self, *args: Any, of: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Member.objects.filter(is_active=True, kind=Member.Kind.PERSON).exclude(pk=of.pk)
        self.fields["deputy"].queryset = people.order_by("name")  # type: ignore[attr-defined]
