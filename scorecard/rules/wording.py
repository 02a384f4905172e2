"""What figures are made of, how they moved, and what is usual elsewhere; `core.figures` writes them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from core.figures import DASH, MINUS, days, money, money_to_the_cent, number, percent, shown, span
from scorecard.rules.totals import Delta, Figure, Inputs

UNBROKEN = "\u00a0"
__all__ = ["DASH", "charted", "exact", "made_of", "moved", "plain", "shown", "span", "usual"]

UNITS = {
    "ratio": "share",
    "money": "money",
    "days": "days",
    "minutes": "length of time",
    "count": "count",
    "money_per_day": "money per day",
}
# What is usual in B2B, as a hint and never as a verdict (the field's published averages).
USUAL: dict[str, str] = {
    "win_rate": "Usual in B2B: 20 to 30\u00a0%",
    "sourced": "Usual: 40 to 60\u00a0%",
    "lead_to_close": "Usual for inbound B2B: 2 to 5\u00a0%",
}


def moved(delta: Delta | None, unit: str) -> str:
    """A change: points for shares, percent of the former value for all else."""
    if delta is None:
        return ""
    if not delta.absolute:
        return "±0"
    if unit == "ratio":
        return f"{_signed(delta.absolute * 100)} pts"
    if delta.relative is None:
        return _signed(delta.absolute, 0)
    return f"{_signed(delta.relative * 100)} %"


def _signed(value: Decimal, digits: int = 1) -> str:
    text = number(value, digits)
    return text if text.startswith(MINUS) or text == "0" else f"+{text}"


def exact(value: Decimal | None, unit: str, currency: str) -> str:
    """An amount to the cent, where the page shows it rounded; blank where nothing was rounded away."""
    if value is None or unit not in ("money", "money_per_day"):
        return ""
    told = money_to_the_cent(value, currency)
    return "" if told == money(value, currency) else told + ("/day" if unit == "money_per_day" else "")


def usual(key: str, kind: str) -> str:
    """What is usual elsewhere for this metric; blank where nobody says."""
    return USUAL.get(key) or USUAL.get(kind, "")


def inputs_shown(inputs: Inputs | None, currency: str) -> list[tuple[str, str]]:
    """The four inputs of velocity with their names."""
    if inputs is None:
        return []
    return [
        ("Open deals", f"{inputs.open_deals:,.0f}"),
        ("Win rate", percent(inputs.win_rate)),
        ("Average won deal", money(inputs.average_deal, currency)),
        ("Sales cycle", days(inputs.cycle_days)),
    ]


# What numerator and denominator are, by kind.
COUNTS: Mapping[str, tuple[str, str]] = {
    "conversion": ("converted", "entered"),
    "win_rate": ("won", "closed"),
    "velocity": ("won", "closed"),
    "acceptance": ("accepted", "answered"),
    "acted": ("acted on in time", "marked ready"),
    "attainment": ("in time", "answered or past due"),
    "first_touch": ("touched in time", "offered"),
    "leakage": ("leaked", "settled"),
    "sourced": ("from marketing", "in all"),
}


def made_of(kind: str, figure: Figure, currency: str = "", *, is_counted: bool = True) -> str:
    """What a figure is made of: `38 won of 61 closed`, `12 open`; amounts in `currency` unless they are counts."""
    if kind == "aging":
        return f"{number(figure.open_count, 0)} open"
    if kind == "velocity":
        return f"{number(figure.open_count, 0)} open, {_part_of_whole(kind, figure)}"
    if kind in ("average_deal", "cycle"):
        told = f"{number(figure.denominator, 0)} won"
        return told + (f", median {days(figure.median)}" if figure.median is not None else "")
    if kind == "first_touch":
        told = f"{number(figure.denominator - figure.aside, 0)} touched, {number(figure.aside, 0)} not yet"
        return told + (f", 90th percentile {span(figure.p90).replace(' ', UNBROKEN)}" if figure.p90 is not None else "")
    if kind == "sourced" and not is_counted:
        return f"{money(figure.numerator, currency)} from marketing of {money(figure.denominator, currency)}"
    return _part_of_whole(kind, figure)


def _part_of_whole(kind: str, figure: Figure) -> str:
    part, whole = COUNTS[kind]
    return f"{number(figure.numerator, 0)} {part} of {number(figure.denominator, 0)} {whole}"


def charted(value: Decimal | None, unit: str) -> float | None:
    """A value as a chart draws it: shares in percent, minutes in hours."""
    if value is None:
        return None
    scaled = value * 100 if unit == "ratio" else value / 60 if unit == "minutes" else value
    return round(float(scaled), 4)


def chart_unit(unit: str, currency: str) -> str:
    """The unit of an axis in the words of the charts."""
    return {"ratio": "%", "money": currency, "money_per_day": currency, "days": "days", "minutes": "hours"}.get(
        unit, ""
    )


def plain(value: Any) -> str:
    """A number for a file: without thousands, without an exponent, without needless zeros."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)
