"""Words and figures of the blueprint's pages."""

from datetime import datetime
from typing import Any

from django import forms, template
from django.forms import BoundField

from blueprint.schema.vocabularies import PlaybookStart, PoolStrategy
from core.figures import span
from governance.forms.condition import ConditionWidget
from handoffs.rules.rung_words import rung_words

register = template.Library()


@register.filter
def step_words(step: dict[str, Any]) -> str:
    """What a step of a ladder does and for whom."""
    return rung_words(step)


@register.filter
def step_moment(step: dict[str, Any]) -> str:
    """When a step of a ladder falls due, of the time that is allowed."""
    minutes, percent = step.get("after_minutes", 0), step.get("after_percent", 0)
    parts = [f"{abs(percent)} % of the time allowed"] if percent else []
    if minutes:
        sign = "" if not parts else "and " if (minutes < 0) == (percent < 0) else "less "
        parts.append(f"{sign}{span(abs(minutes))}")
    if not parts:
        return "when it is due"
    side = "before it is due" if (percent or minutes) < 0 else "after it was due"
    return f"{' '.join(parts)} {side}{', by the wall clock' if step.get('wall') else ''}"


@register.filter
def who_is_next(pool: dict[str, Any]) -> str:
    """In which order a pool is asked, and its records are given out."""
    strategy = PoolStrategy(pool.get("strategy", PoolStrategy.SMOOTH)).label
    said = [str(strategy)]
    if strategy == PoolStrategy.NAMED.label and pool.get("first"):
        said.append(f"first {pool['first']}")
    if pool.get("best_first"):
        said.append("the best record first")
    if wanted := [*pool.get("skills", ()), *(f"the record's {key}" for key in pool.get("skills_of", ()))]:
        said.append(f"who has {', '.join(wanted)}")
    if pool.get("waits"):
        said.append("records wait while nobody has room")
    return "; ".join(said)


@register.filter
def begins_when(playbook: dict[str, Any]) -> str:
    """What begins a playbook, in words."""
    days, date = playbook.get("days", 0), str(playbook.get("date_field", "")).replace("_", " ")
    if playbook["starts"] == PlaybookStart.STAGE:
        return f"A playbook that begins when a record enters {playbook.get('stage', 'a stage')}"
    if playbook["starts"] == PlaybookStart.DATE:
        return f"A playbook that begins {abs(days)} days {'before' if days < 0 else 'after'} {date}"
    return "A playbook that begins when its criteria are met"


@register.filter
def signed(value: Any) -> str:
    """5 as `+5`, nothing as `0`."""
    return f"{value:+d}".replace("-", "−") if isinstance(value, int) and value else str(value)


@register.filter
def counts_where(field: BoundField) -> str:
    """The id of the field beside it by whose choice this one counts, and the words it may be; blank is always."""
    schema = getattr(field.form, "schema", {}).get(field.name)
    mark = schema.value.counts_where if schema else None
    if mark is None or mark.field not in field.form.fields:
        return ""
    return " ".join((field.form[mark.field].auto_id, *mark.words))


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
