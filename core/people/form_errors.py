"""Trying an action on behalf of a form: what the rule says about a field is shown at the field."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db import transaction

from core.errors import Refusal


def tried(form: forms.Form, act: Callable[[], Any]) -> Any:
    """The action's result, or None with the refusal on the form; whatever the action wrote is undone.
    Refusals of role and of existence (403, 404) are not the form's matter and rise."""
    try:
        with transaction.atomic():
            return act()
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.detail)
        return None
