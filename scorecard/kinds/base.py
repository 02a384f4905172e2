"""What every kind of metric is asked, and how days become conditions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from blueprint.schema import Blueprint, MetricTerms, SeamTerms, StageTerms
from scorecard.rules.days import Days
from scorecard.rules.declarations import DECLARATIONS

# A day's bounds are found in Python, its name in SQL; where the two know a time zone differently this covers it.
MARGIN = timedelta(hours=4)


@dataclass(frozen=True)
class Question:
    """Which metric, by which blueprint, on which days, seen at which instant."""

    metric: MetricTerms
    blueprint: Blueprint
    zone: ZoneInfo
    at: datetime
    days: Days = field(default_factory=Days.every)
    people: Callable[[], str] = str
    """Who sits where, as `scorecard.queries.seats` writes it; asked only where a segment needs it."""

    @cached_property
    def parameters(self) -> Any:
        """The metric's parameters as its kind declares them. Raises ValidationError, KeyError for an unknown kind."""
        return DECLARATIONS[self.metric.kind].parameters.model_validate(self.metric.parameters)

    @property
    def pipeline_stages(self) -> tuple[StageTerms, ...]:
        """The stages of the metric's pipeline."""
        return self.blueprint.pipeline(self.parameters.pipeline).stages

    @property
    def seam(self) -> SeamTerms:
        """The metric's seam."""
        key = self.parameters.seam
        for seam in self.blueprint.seams:
            if seam.key == key:
                return seam
        raise KeyError(key)

    def stages(self, path: str) -> list[UUID]:
        """`pipeline/stage` is one stage; `pipeline` alone is all of its stages."""
        if "/" in path:
            return [self.blueprint.stages_by_path[path].id]
        return [stage.id for stage in self.blueprint.pipeline(path).stages]


def within(moment: str, days: Days, zone: ZoneInfo, *, shift: timedelta = timedelta(0)) -> str:
    """Where to look for these days: an index can serve it. A little wide: `on_days` picks exactly.

    `shift`: the moment lies this long before what the day is of. Instants are written into the text: they are ours."""
    if not days:
        return "false"
    parts = []
    for first, last in days.spans:
        bounds = []
        if first is not None:
            bounds.append(f"{moment} >= '{_midnight(first, zone, -1, shift)}'::timestamptz")
        if last is not None:
            bounds.append(f"{moment} < '{_midnight(last, zone, 1, shift)}'::timestamptz")
        parts.append(" and ".join(bounds) or "true")
    return parts[0] if len(parts) == 1 else "(" + " or ".join(f"({part})" for part in parts) + ")"


def _midnight(day: date, zone: ZoneInfo, side: int, shift: timedelta) -> str:
    if side > 0:
        if day == date.max:
            return "infinity"
        day += timedelta(days=1)
    try:
        return (datetime.combine(day, time(), zone) + side * MARGIN - shift).astimezone(ZoneInfo("UTC")).isoformat()
    except (OverflowError, ValueError):  # the edge of the calendar
        return "infinity" if side > 0 else "-infinity"


def on_days(column: str, days: Days) -> tuple[str, dict[str, Any]]:
    """Exactly these days, and the values of the condition."""
    if days.exact is not None:
        return f"{column} = any(%(exact_days)s)", {"exact_days": list(days.exact)}
    if not days:
        return "false", {}
    parts, params = [], {}
    for place, (first, last) in enumerate(days.spans):
        bounds = []
        if first is not None:
            bounds.append(f"{column} >= %(first_{place})s")
            params[f"first_{place}"] = first
        if last is not None:
            bounds.append(f"{column} <= %(last_{place})s")
            params[f"last_{place}"] = last
        parts.append(" and ".join(bounds) or "true")
    return "(" + " or ".join(f"({part})" for part in parts) + ")", params
