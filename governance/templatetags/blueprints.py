"""Words and figures of the blueprint's pages."""

from datetime import datetime
from typing import Any

from django import template

from blueprint.schema.vocabularies import LadderAction

register = template.Library()


@register.filter
def ladder_words(action: str) -> str:
    """`reassign` as people say it."""
    return dict(LadderAction.choices).get(action, action)


@register.filter
def minus(value: int) -> int:
    """The number with the other sign."""
    return -value


@register.filter
def signed(value: Any) -> str:
    """5 as `+5`, nothing as `0`."""
    return f"{value:+d}".replace("-", "−") if isinstance(value, int) and value else str(value)


@register.filter
def append(text: str, more: Any) -> str:
    """Two pieces of a name put together."""
    return f"{text}{more}"


@register.filter
def instant(written: str | None) -> datetime | None:
    """A kept ISO time as a moment."""
    return datetime.fromisoformat(written) if written else None


@register.filter
def percent_number(ratio: Any) -> str:
    """0.25 as `25`, for a field in percent; nothing where nothing is said."""
    return "" if ratio in (None, "") else f"{round(float(ratio) * 100, 2):g}"


@register.filter
def plain(value: Any) -> str:
    """A number as a field of a form takes it."""
    return "" if value in (None, "") else f"{value:.10g}" if isinstance(value, float) else str(value)
