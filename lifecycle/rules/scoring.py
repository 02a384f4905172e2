"""Points a record earns for who it is (fit) and what it did (behaviour), with a reason for every point.

Behaviour fades: it halves every `half_life_days` since the last activity, counted in whole days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from blueprint.expressions.criteria import compile_line
from blueprint.expressions.evaluate import read_instant
from blueprint.expressions.fields import Catalogue
from blueprint.schema import ScoringTerms
from blueprint.schema.vocabularies import ScoreGroup

# Both readers round down after adding NEARLY, so that 19.999999999999996 is 20 in Python and in PostgreSQL.
NEARLY = 1e-9
LONGEST_DECAY = 60.0  # halvings; nothing is left long before, and PostgreSQL refuses a power that vanishes
DAY = 86_400_000_000  # microseconds


def band_of(model: ScoringTerms, points: int) -> str:
    """The label of the band these points fall in, or "" below the lowest."""
    reached = [band for band in model.bands if band.starts_at <= points]
    return max(reached, key=lambda band: band.starts_at).label if reached else ""


@dataclass(frozen=True, slots=True)
class Score:
    """A record's points and why: the reasons always add up to the points."""

    points: int
    fit: int
    behaviour: int
    reasons: tuple[tuple[str, int], ...]
    band: str
    is_qualified: bool


def score(model: ScoringTerms, catalogue: Catalogue, facts: Mapping[str, Any], now: datetime) -> Score:
    """Score one record. Raises BadExpression."""
    known = {**facts, "now": now}
    fit_reasons = _reasons(model, catalogue, known, ScoreGroup.FIT)
    behaviour_reasons = _reasons(model, catalogue, known, ScoreGroup.BEHAVIOUR)
    fit = _capped("Fit", fit_reasons, model.fit_cap)
    raw = _capped("Behaviour", behaviour_reasons, model.behaviour_cap)
    days = _days_since_activity(known)
    behaviour = decayed(raw, days, model.half_life_days)
    if behaviour != raw:
        behaviour_reasons.append((f"Behaviour fades, {days} days after the last activity", behaviour - raw))
    points = fit + behaviour
    return Score(
        points,
        fit,
        behaviour,
        (*fit_reasons, *behaviour_reasons),
        band_of(model, points),
        points >= model.threshold,
    )


def decayed(points: int, days: int, half_life_days: int | None) -> int:
    """What is left of behaviour points after this many whole days."""
    if half_life_days is None:
        return points
    return int(points * 0.5 ** min(days / half_life_days, LONGEST_DECAY) + NEARLY)


def _reasons(
    model: ScoringTerms, catalogue: Catalogue, facts: Mapping[str, Any], group: ScoreGroup
) -> list[tuple[str, int]]:
    return [
        (rule.label, rule.points)
        for rule in model.rules
        if rule.group == group and compile_line(catalogue, rule.expression).test(facts)
    ]


def _capped(name: str, reasons: list[tuple[str, int]], cap: int) -> int:
    """The group's points within 0 and its cap; what the bounds took or gave becomes a reason too."""
    total = sum(points for _, points in reasons)
    kept = min(max(total, 0), cap)
    if kept != total:
        reasons.append((f"{name} is at most {cap}" if total > cap else f"{name} is at least 0", kept - total))
    return kept


def _days_since_activity(facts: Mapping[str, Any]) -> int:
    """Whole days since the last activity; 0 where none is known, since there is nothing to count from."""
    now, last = read_instant(facts["now"]), read_instant(facts.get("last_activity_at"))
    return max((now - last) // DAY, 0) if now is not None and last is not None else 0
