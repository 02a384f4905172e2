"""Words and figures of the blueprint's pages."""

from datetime import datetime
from typing import Any

from django import forms, template
from django.forms import BoundField

from blueprint.schema.vocabularies import LadderAction, PoolStrategy
from governance.forms.condition import ConditionWidget

register = template.Library()


@register.filter
def ladder_words(action: str) -> str:
    """`reassign` as people say it."""
    return dict(LadderAction.choices).get(action, action)


@register.filter
def who_is_next(pool: dict[str, Any]) -> str:
    """In which order a pool is asked, and its records are given out."""
    strategy = PoolStrategy(pool.get("strategy", PoolStrategy.SMOOTH)).label
    return f"{strategy}; the best record first" if pool.get("best_first") else str(strategy)


@register.filter
def minus(value: int) -> int:
    """The number with the other sign."""
    return -value


@register.filter
def signed(value: Any) -> str:
    """5 as `+5`, nothing as `0`."""
    return f"{value:+d}".replace("-", "−") if isinstance(value, int) and value else str(value)


@register.filter
def field_width(field: BoundField) -> str:
    """How much of the row a field takes: long words, boxes and conditions take all of it."""
    wide = (forms.Textarea, forms.CheckboxSelectMultiple, ConditionWidget)
    has_test = any(isinstance(each.widget, ConditionWidget) for each in field.form.fields.values())
    is_words = has_test and field.name == "label" and field.form.prefix is not None
    if is_words:
        return "sm:col-span-2"
    return "sm:col-span-full" if isinstance(field.field.widget, wide) else ""


@register.filter
def instant(written: str | None) -> datetime | None:
    """A kept ISO time as a moment."""
    return datetime.fromisoformat(written) if written else None
