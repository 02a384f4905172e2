"""Figures the way people read them: the one place for shares, money, lengths of time and counts.

Pages, sentences and charts' tables ask here; files and the API carry plain numbers instead.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

DASH = "–"
MINUS = "−"
DAYS_ALONE_FROM = 10  # hours say nothing beside so many days
WHOLE_FROM = 1_000  # from here on nobody reads the cents; the exact amount stands beside where it matters


def number(value: Any, digits: int = 2) -> str:
    """12345.60 as `12,345.6`: thousands apart, at most `digits` decimals, none that say nothing."""
    text = f"{Decimal(value):,.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text.replace("-", MINUS)


def percent(ratio: Any, digits: int = 2) -> str:
    """0.6315 as `63.15 %`, 0.4 as `40 %`; a missing ratio as a dash."""
    return DASH if ratio is None else f"{number(Decimal(ratio) * 100, digits)} %"


def money(amount: Any, currency: str = "") -> str:
    """26181.82 as `26,182 EUR`, 950.5 as `950.50 EUR`, 950 as `950 EUR`; a missing amount as a dash."""
    if amount is None or amount == "":
        return DASH
    exact = Decimal(amount)
    has_cents = abs(exact) < WHOLE_FROM and exact != exact.to_integral_value()
    return f"{exact:,.{2 if has_cents else 0}f} {currency}".strip().replace("-", MINUS)


def money_to_the_cent(amount: Any, currency: str = "") -> str:
    """26181.82 as `26,181.82 EUR`, where the very amount is asked for."""
    return DASH if amount is None or amount == "" else f"{Decimal(amount):,.2f} {currency}".strip().replace("-", MINUS)


def span(length: Any) -> str:
    """Minutes or a timedelta in the two largest units: `74 d`, `2 d 3 h`, `3 h 12 min`, `7 min`."""
    if length is None or length == "":
        return DASH
    minutes = round(length.total_seconds() // 60) if isinstance(length, timedelta) else round(length)
    sign, minutes = (MINUS, -minutes) if minutes < 0 else ("", minutes)
    days, rest = divmod(minutes, 1440)
    hours, left = divmod(rest, 60)
    if days >= DAYS_ALONE_FROM:
        return f"{sign}{number(days)} d"
    parts = [f"{count} {unit}" for count, unit in ((days, "d"), (hours, "h"), (left, "min"))]
    first = next((place for place, part in enumerate(parts) if part[0] != "0"), len(parts) - 1)
    return sign + " ".join(part for part in parts[first : first + 2] if part[0] != "0" or len(parts) == first + 1)


def left(minutes: float, *, is_over: bool = False) -> str:
    """What is left of a promise: `2 h 30 min left`, `7 min late`; once it is over, `in time` or how late it was."""
    words = span(int(abs(minutes)))
    if minutes < 0:
        return f"{words} late"
    return "in time" if is_over else f"{words} left"


def days(count: Any) -> str:
    """51.7833 as `51.78 days`, 1 as `1 day`; a missing length as a dash."""
    return DASH if count is None else f"{number(count)} {'day' if Decimal(count) == 1 else 'days'}"


def shown(value: Any, unit: str, currency: str = "") -> str:
    """A metric's value with its unit: `63.15 %`, `26,182 USD`, `51.78 days`, `3 h 12 min`."""
    if value is None or value == "":
        return DASH
    if unit == "ratio":
        return percent(value)
    if unit == "money":
        return money(value, currency)
    if unit == "money_per_day":
        return f"{money(value, currency)}/day"
    if unit == "days":
        return days(value)
    if unit == "hours":
        return f"{number(value)} h"
    return span(value) if unit == "minutes" else number(value)
