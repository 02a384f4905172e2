"""Figures the way people read them, and what is usual elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from scorecard.rules.metrics import Delta, Figure, Inputs

DASH = "–"
UNITS = {
    "ratio": "share",
    "money": "money",
    "days": "days",
    "minutes": "minutes",
    "count": "count",
    "money_per_day": "money per day",
}
# What is usual in B2B, as a hint and never as a verdict (the field's published averages).
USUAL: dict[str, str] = {
    "win_rate": "Usual in B2B: 20 to 30 %",
    "sourced": "Usual: 40 to 60 %",
    "lead_to_close": "Usual for inbound B2B: 2 to 5 %",
}


def shown(value: Decimal | None, unit: str, currency: str = "") -> str:
    """A value with its unit: `63.15 %`, `2,360.91 USD`, `51.78 days`, `3 h 12 min`."""
    if value is None:
        return DASH
    if unit == "ratio":
        return f"{value * 100:,.2f} %"
    if unit == "money":
        return f"{value:,.2f} {currency}".strip()
    if unit == "money_per_day":
        return f"{value:,.0f} {currency}".strip() + " / day"
    if unit == "days":
        return f"{value:,.2f}".rstrip("0").rstrip(".") + (" day" if value == 1 else " days")
    if unit == "minutes":
        return minutes(value)
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def minutes(value: Decimal | int) -> str:
    """Minutes in the two largest units."""
    whole = round(value)
    days, rest = divmod(whole, 1440)
    hours, left = divmod(rest, 60)
    parts = [f"{count} {unit}" for count, unit in ((days, "d"), (hours, "h"), (left, "min")) if count]
    return " ".join(parts[:2]) or "0 min"


def moved(delta: Delta | None, unit: str) -> str:
    """A change: points for shares, percent of the former value for all else."""
    if delta is None:
        return ""
    if not delta.absolute:
        return "±0"
    if unit == "ratio":
        return f"{delta.absolute * 100:+.1f} pts".replace("-", "−")
    if delta.relative is None:
        return f"{delta.absolute:+,.0f}".replace("-", "−")
    return f"{delta.relative * 100:+.1f} %".replace("-", "−")


def usual(key: str, kind: str) -> str:
    """What is usual elsewhere for this metric; blank where nobody says."""
    return USUAL.get(key) or USUAL.get(kind, "")


def inputs_shown(inputs: Inputs | None, currency: str) -> list[tuple[str, str]]:
    """The four inputs of velocity with their names."""
    if inputs is None:
        return []
    return [
        ("Open deals", f"{inputs.open_deals:,.0f}"),
        ("Win rate", shown(inputs.win_rate, "ratio")),
        ("Average won deal", shown(inputs.average_deal, "money", currency)),
        ("Sales cycle", shown(inputs.cycle_days, "days")),
    ]


# What numerator and denominator are, by kind.
COUNTS: Mapping[str, tuple[str, str]] = {
    "conversion": ("converted", "entered"),
    "win_rate": ("won", "closed"),
    "average_deal": ("won amount", "won"),
    "cycle": ("days in all", "won"),
    "velocity": ("won", "closed"),
    "acceptance": ("accepted", "answered"),
    "acted": ("acted on in time", "marked ready"),
    "attainment": ("in time", "answered or past due"),
    "first_touch": ("touched in time", "offered"),
    "leakage": ("leaked", "settled"),
    "sourced": ("from marketing", "all, by amount"),
}


def made_of(kind: str, figure: Figure) -> str:
    """What a figure is made of: `38 won of 61 closed`, `12 open`."""
    if kind == "aging":
        return f"{figure.open_count:,.0f} open"
    if kind == "velocity":
        return f"{figure.open_count:,.0f} open, {figure.numerator:,.0f} won of {figure.denominator:,.0f} closed"
    if kind in ("average_deal", "cycle"):
        told = f"{figure.denominator:,.0f} won"
        return told + (f", median {shown(figure.median, 'days')}" if figure.median is not None else "")
    if kind == "first_touch":
        told = f"{figure.denominator - figure.aside:,.0f} touched, {figure.aside:,.0f} not yet"
        return told + (f", p90 {shown(figure.p90, 'minutes')}" if figure.p90 is not None else "")
    part, whole = COUNTS[kind]
    return f"{figure.numerator:,.0f} {part} of {figure.denominator:,.0f} {whole}"


def charted(value: Decimal | None, unit: str) -> float | None:
    """A value as a chart draws it: shares in percent, minutes in hours."""
    if value is None:
        return None
    scaled = value * 100 if unit == "ratio" else value / 60 if unit == "minutes" else value
    return round(float(scaled), 4)


def chart_unit(unit: str, currency: str) -> str:
    """The unit of an axis in the words of the charts."""
    money = "$" if currency == "USD" else currency
    return {"ratio": "%", "money": money, "money_per_day": money, "days": "days", "minutes": "hours"}.get(unit, "")


def plain(value: Any) -> str:
    """A number for a file: without thousands, without an exponent, without needless zeros."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)
