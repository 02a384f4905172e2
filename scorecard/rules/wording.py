"""How figures moved, what is usual elsewhere, and how charts and files take them; `core.figures` writes them."""

from __future__ import annotations

from decimal import Decimal

from blueprint.schema import MetricTerms
from core.figures import MINUS, money, money_to_the_cent, number, shown
from scorecard.rules.falls import INPUTS
from scorecard.rules.totals import Delta, Inputs

UNITS = {
    "ratio": "share",
    "money": "money",
    "days": "days",
    "minutes": "length of time",
    "hours": "hours",
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


def effect(change: Decimal | None, unit: str, currency: str) -> str:
    """A part of a change in the unit of its metric, with its sign: points for shares."""
    if change is None:
        return ""
    if unit == "ratio":
        return f"{_signed(change * 100, 2)} pts"
    told = shown(abs(change), unit, currency)
    return told if not change else f"{MINUS if change < 0 else '+'}{told}"


def _signed(value: Decimal, digits: int = 1) -> str:
    text = number(value, digits)
    return text if text.startswith(MINUS) or text == "0" else f"+{text}"


def target(metric: MetricTerms, currency: str) -> str:
    """What is to be reached, and from which side: `≥ 25 %`; blank where there is none."""
    if metric.target is None:
        return ""
    return f"{'≥' if metric.direction == 'up' else '≤'} {shown(metric.target, metric.unit, currency)}"


def exact(value: Decimal | None, unit: str, currency: str) -> str:
    """An amount to the cent, where the page shows it rounded; blank where nothing was rounded away."""
    if value is None or unit not in ("money", "money_per_day"):
        return ""
    told = money_to_the_cent(value, currency)
    return "" if told == money(value, currency) else told + ("/day" if unit == "money_per_day" else "")


def usual(metric: MetricTerms) -> str:
    """What is usual elsewhere for this metric; blank where nobody says."""
    return USUAL.get(metric.key) or USUAL.get(metric.kind, "")


def inputs_shown(inputs: Inputs | None, currency: str) -> list[tuple[str, str]]:
    """The four inputs of velocity with their names."""
    if inputs is None:
        return []
    return [(label, shown(getattr(inputs, name), unit, currency)) for name, (label, unit) in INPUTS.items()]


def charted(value: Decimal | None, unit: str) -> float | None:
    """A value as a chart draws it: shares in percent, minutes in hours."""
    if value is None:
        return None
    scaled = value * 100 if unit == "ratio" else value / 60 if unit == "minutes" else value
    return round(float(scaled), 4)


def settling(*, is_running: bool, is_ripe: bool) -> str:
    """Why a point of a trend may still move; blank for one that is settled."""
    return "so far" if is_running else "" if is_ripe else "not ripe yet"


def chart_unit(unit: str, currency: str) -> str:
    """The unit of an axis in the words of the charts."""
    return {
        "ratio": "%",
        "money": currency,
        "money_per_day": currency,
        "days": "days",
        "minutes": "hours",
        "hours": "hours",
    }.get(unit, "")
