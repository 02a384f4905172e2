"""Words and figures the way people read them, icons, and what the frame of a page asks; every template knows them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BoundField, ModelChoiceField
from django.template.context import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from lucide.templatetags.lucide import _render_icon

from core import figures
from core.tenancy.zones import in_full, in_words, iso, last_day, near

register = template.Library()
INITIALISMS = {"crm", "mql", "sql", "sal", "sla", "api", "csv", "id", "url"}


register.filter("percent", figures.percent)
register.filter("money", figures.money)
register.filter("span", figures.span)
register.filter("number", figures.number)
register.filter("days", figures.days)
register.simple_tag(figures.shown, name="figure")
register.filter("in_full", in_full)
register.filter("in_words", in_words)
register.filter("iso", iso)
register.filter("last_day", last_day)
register.filter("near", near)


@register.filter
def ago(at: datetime | date | None, now: datetime | None = None) -> str:
    """How long ago, in two units at most."""
    if at is None:
        return "–"
    now = now or timezone.now()
    if not isinstance(at, datetime):
        return f"{(timezone.localdate(now) - at).days} d ago"
    return f"{figures.span(now - at)} ago" if at <= now else f"in {figures.span(at - now)}"


@register.filter
def time_left(clock: Any) -> str:
    """What a countdown says: `2 h 30 min left`, in working time."""
    if clock.is_late and clock.minutes_left >= 0:  # it passed while nobody works
        return "late"
    return figures.left(clock.minutes_left, is_over=clock.is_stopped)


@register.filter
def seconds_left(clock: Any) -> int:
    """The same for the page's own counting."""
    return round(clock.minutes_left * 60)


@register.filter
def stamp(moment: datetime) -> str:
    """A moment as the page's own counting reads it: seconds since 1970."""
    return str(int(moment.timestamp()))


@register.filter
def stamps(moments: Iterable[datetime]) -> str:
    """Several moments, with blanks between them."""
    return " ".join(stamp(each) for each in moments)


@register.filter
def clock_tone(clock: Any, warn: str) -> str:
    """The tone of a countdown; it warns `warn` working minutes before the due time."""
    if clock.is_late:
        return "badge-error"
    if clock.is_stopped:
        return "badge-success"
    return "badge-warning" if clock.minutes_left < int(warn) else "badge-neutral"


@register.filter
def age(since: datetime, now: datetime) -> str:
    """How long it has been so: `3 d 4 h`."""
    return figures.span(now - since)


@register.simple_tag(takes_context=True)
def amount(context: Context, row: Any) -> str:
    """A record's amount in its own currency, else in the workspace's."""
    return figures.money(row.amount, row.currency or context["workspace"].currency)


@register.filter
def entries(mapping: Mapping[str, Any] | None) -> list[tuple[str, Any]]:
    """`{% for key, value in facts|entries %}`: of what others named, where `.items` finds a fact called “items”."""
    return list(mapping.items()) if mapping else []


@register.filter
def fact_lines(value: Any) -> list[str]:
    """A fact of a refusal in words, a line for each thing it lists: unmet lines by their label and verdict."""
    if isinstance(value, (list, tuple)):
        return [line for each in value for line in fact_lines(each)]
    if isinstance(value, Mapping):
        if label := value.get("label"):
            return [f"{label} ({verdict})" if (verdict := value.get("verdict")) else str(label)]
        return [f"{words(str(key))}: {', '.join(fact_lines(each))}" for key, each in value.items()]
    if isinstance(value, bool):
        return ["yes" if value else "no"]
    return [] if value in (None, "") else [str(value)]


@register.filter
def lookup(mapping: Any, key: Any) -> Any:
    """`{{ mapping|lookup:key }}`."""
    try:
        return mapping[key]
    except (KeyError, IndexError, TypeError):
        return ""


@register.filter
def pairs(text: str) -> list[list[str]]:
    """`"lead:Leads,customer:Customers"` as pairs, for a short select."""
    return [each.split(":", 1) for each in text.split(",")]


@register.filter
def words(key: str) -> str:
    """`first_touch_at` as `First touch at`."""
    said = str(key).replace("_", " ").replace(".", " ").capitalize().split(" ")
    return " ".join(word.upper() if word.lower() in INITIALISMS else word for word in said)


@register.filter
def city(zone: str) -> str:
    """The place a time zone is named after: `America/New_York` as `New York`."""
    return zone.rpartition("/")[2].replace("_", " ")


@register.filter
def fact(value: Any) -> str:
    """A stored fact as a person reads it."""
    if value is None or value == "":
        return "blank"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return "; ".join(f"{words(key)}: {fact(inner)}" for key, inner in value.items()) or "nothing"
    if isinstance(value, list | tuple):
        return ", ".join(fact(inner) for inner in value) or "none"
    return in_words(value)


EVENT_ICONS = {
    "record.created": "plus",
    "record.updated": "pencil",
    "record.entered_stage": "arrow-right",
    "record.owner_changed": "user",
    "activity.logged": "phone",
    "handoff.offered": "hand-helping",
    "handoff.accepted": "check",
    "handoff.rejected": "x",
    "handoff.reassigned": "shuffle",
    "handoff.escalated": "siren",
    "handoff.breached": "siren",
    "handoff.touch_missed": "siren",
    "handoff.clock_missed": "siren",
    "handoff.clock_kept": "timer",
    "handoff.raised": "arrow-up",
    "handoff.warned": "bell",
    "task.reminded": "bell",
    "task.raised": "arrow-up",
    "record.aged": "hourglass",
    "handoff.notified": "bell",
    "handoff.prioritised": "arrow-up",
    "handoff.set_away": "user-x",
    "handoff.property_set": "pencil",
    "handoff.queued": "inbox",
    "handoff.first_touched": "timer",
    "handoff.packet_saved": "package",
    "handoff.paused": "pause",
    "handoff.resumed": "play",
    "handoff.retimed": "timer",
    "packet.drafted": "package-open",
    "promise.made": "handshake",
    "promise.late": "hourglass",
    "promise.taken_back": "undo-2",
    "promise.passed_on": "arrow-right-left",
    "promise.decided": "handshake",
    "promise.blamed": "circle-alert",
    "handoff.recalled": "undo-2",
    "handoff.nobody_left": "circle-alert",
    "score.changed": "chart-no-axes-column",
    "task.created": "list-plus",
    "task.completed": "list-checks",
}


@register.filter
def event_icon(kind: str) -> str:
    """The icon of a kind of event."""
    return EVENT_ICONS.get(kind, "undo-2" if kind.endswith("_undone") else "circle-small")


# The library copies and serialises an icon's XML each time: a tenth of the rendering of a usual page.
_drawn = lru_cache(maxsize=1_024)(_render_icon)


@register.simple_tag
def lucide(name: str, *, size: int | None = 24, **attributes: str) -> str:
    """The icon as inline SVG with these attributes."""
    return _drawn(name, size, **attributes)


@register.simple_tag(takes_context=True)
def block_again(context: Context, name: str) -> SafeString:
    """Show a block's content a second time: the page's one title serves both the tab and the heading."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    block = blocks.get_block(name) if blocks else None
    return mark_safe(block.nodelist.render(context).strip()) if block else mark_safe("")


DJANGOS_DASHES = "---------"


@register.filter
def widget(field: BoundField) -> SafeString:
    """A field's widget; where nothing is chosen yet it says so, instead of a row of dashes."""
    asked = field.field
    if isinstance(asked, ModelChoiceField) and asked.empty_label == DJANGOS_DASHES:
        asked.empty_label = "Choose one" if asked.required else "None"
    return mark_safe(str(field))


@register.filter
def initials(name: object) -> str:
    """The one or two letters that stand for a person's or company's name."""
    words = [word for word in str(name or "").replace("@", " ").replace(".", " ").split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper() or "?"


@register.filter
def tone_of(level: object) -> str:
    """Django's message level as a tone of the component kit."""
    tags = str(level).split()
    return next((tag for tag in ("success", "warning", "error", "info") if tag in tags), "info")
