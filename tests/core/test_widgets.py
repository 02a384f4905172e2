"""Lists of choices are drawn as Django draws them."""

from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.functional import lazystr
from django.utils.safestring import mark_safe

from core.http.widgets import ChoicesInOneGo

CHOICES = [
    ("", "Choose one"),
    (1_500, 2_500),
    (True, mark_safe("<b>Bold</b>")),
    ("\"a\" & 'b'", "<i> & more"),
    (mark_safe("&amp;"), lazystr("Later <")),
    ("Group <", [("x", "X"), (None, "Nothing"), (1.5, 1.5)]),
]


class Wide(forms.Select):
    option_template_name = "django/forms/widgets/radio_option.html"


@pytest.mark.parametrize("kind", [forms.Select, forms.SelectMultiple, Wide, forms.RadioSelect])
@pytest.mark.parametrize("chosen", [None, "", 1_500, ["x", "1.5"], "\"a\" & 'b'"])
def test_a_list_of_choices_is_to_the_byte_as_django_draws_it(kind: Any, chosen: Any) -> None:
    given = {"id": "i&d", "required": True, "disabled": False, "data-x": None, "data-n": 1_000, "class": mark_safe("&")}
    widget = kind(given, CHOICES)
    ours = widget.render("na<me", chosen, renderer=ChoicesInOneGo())
    assert ours == widget.render("na<me", chosen, renderer=DjangoTemplates())
    assert ours == widget.render("na<me", chosen), "it is the product's"
