"""Words and figures the way people read them."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone

register = template.Library()


@register.filter
def local(at: datetime | None, zone: ZoneInfo | None) -> datetime | None:
    """An instant in the workspace's time zone: `{{ at|local:zone|date:"j M H:i" }}`."""
    return at.astimezone(zone) if at and zone else at


@register.filter
def percent(ratio: Any, digits: int = 1) -> str:
    """0.631 as `63.1 %`; a missing ratio as a dash."""
    return "–" if ratio is None else f"{Decimal(ratio) * 100:.{digits}f} %"


@register.filter
def money(amount: Any, currency: str = "") -> str:
    """12345.6 as `12,346 USD`."""
    if amount is None or amount == "":
        return "–"
    return f"{Decimal(amount):,.0f} {currency}".strip()


@register.filter
def span(length: Any) -> str:
    """Minutes or a timedelta as `2 d 3 h`, `3 h 12 min`, `7 min`."""
    if length is None or length == "":
        return "–"
    minutes = int(length.total_seconds() // 60) if isinstance(length, timedelta) else int(length)
    sign, minutes = ("−", -minutes) if minutes < 0 else ("", minutes)
    days, rest = divmod(minutes, 1440)
    hours, minutes = divmod(rest, 60)
    parts = [(days, "d"), (hours, "h"), (minutes, "min")]
    shown = [f"{count} {unit}" for count, unit in parts if count][:2]
    return sign + (" ".join(shown) or "0 min")


@register.filter
def ago(at: datetime | date | None, now: datetime | None = None) -> str:
    """How long ago, in two units at most."""
    if at is None:
        return "–"
    now = now or timezone.now()
    if not isinstance(at, datetime):
        return f"{(now.date() - at).days} d ago"
    return f"{span(now - at)} ago" if at <= now else f"in {span(at - now)}"


@register.filter
def lookup(mapping: Any, key: Any) -> Any:
    """`{{ mapping|lookup:key }}`."""
    try:
        return mapping[key]
    except (KeyError, IndexError, TypeError):
        return ""
