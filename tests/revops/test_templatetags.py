"""What templates say with our filters and tags."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django import forms
from django.template import Context, Template
from django.utils import timezone

from core.people.models import User
from core.templatetags.revops import age, widget, words


class Choosing(forms.Form):
    """Two people to choose, one of them needless."""

    member = forms.ModelChoiceField(queryset=User.objects.none())
    helper = forms.ModelChoiceField(queryset=User.objects.none(), required=False)
    owner = forms.ModelChoiceField(queryset=User.objects.none(), empty_label="Nobody")


def test_a_choice_of_nothing_says_so() -> None:
    form = Choosing()
    assert "Choose one" in widget(form["member"])
    assert ">None<" in widget(form["helper"])
    assert "Nobody" in widget(form["owner"])


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("first_touch_at", "First touch at"),
        ("crm", "CRM"),
        ("old-crm", "Old-crm"),
        ("handoff.accepted", "Handoff accepted"),
    ],
)
def test_keys_are_told_in_words(key: str, said: str) -> None:
    assert words(key) == said


def test_how_long_it_has_been_so() -> None:
    now = timezone.now()
    assert age(now - timedelta(days=2, hours=3, minutes=5), now) == "2 d 3 h"


@pytest.mark.parametrize(("currency", "said"), [("", "9,600 EUR"), ("USD", "9,600 USD")])
def test_an_amount_is_in_its_own_currency_else_in_the_workspaces(currency: str, said: str) -> None:
    row = SimpleNamespace(amount=Decimal("9600.00"), currency=currency)
    shown = Template("{% amount row %}").render(Context({"row": row, "workspace": SimpleNamespace(currency="EUR")}))
    assert shown == said
