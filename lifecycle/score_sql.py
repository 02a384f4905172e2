"""Scores as SQL, for a million records in one statement: the points of `rules/scoring.py`, written by reader 2.

tests/lifecycle/test_sets_agree.py holds both equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from blueprint.expressions.fields import Catalogue
from blueprint.expressions.to_sql import SqlPredicate, SqlRow
from blueprint.schema import ScoringTerms
from lifecycle.rules.scoring import LONGEST_DECAY, NEARLY


@dataclass(frozen=True, slots=True)
class ScoreSql:
    """A score as three whole-number expressions."""

    fit: SqlPredicate
    behaviour: SqlPredicate
    total: SqlPredicate


def score_sql(
    model: ScoringTerms,
    catalogue: Catalogue,
    alias: str = "r",
    *,
    columns: Mapping[str, str] | None = None,
    at: datetime | None = None,
    now_sql: str = "now()",
) -> ScoreSql:
    """The points of a score model for each row: fit, behaviour after decay, and their sum. Raises BadExpression."""

    def fit(row: ScoredRow) -> str:
        return row.points(model, "fit", model.fit_cap)

    def behaviour(row: ScoredRow) -> str:
        return row.decayed(row.points(model, "behaviour", model.behaviour_cap), model.half_life_days)

    def total(row: ScoredRow) -> str:
        return f"({fit(row)} + {behaviour(row)})"

    parts = []
    for part in (fit, behaviour, total):
        row = ScoredRow(catalogue, alias, columns, at, now_sql)
        parts.append(SqlPredicate(part(row), tuple(row.params)))
    return ScoreSql(*parts)


class ScoredRow(SqlRow):
    """One row, and what a score model gives it."""

    def points(self, model: ScoringTerms, group: str, cap: int) -> str:
        """The points of one group's rules that hold, not below 0 and not above the cap."""
        rules = [rule for rule in model.rules if rule.group == group]
        each = [f"case when {self.test(r.expression)} then {r.points:d} else 0 end" for r in rules]
        return f"least(greatest({' + '.join(each) or '0'}, 0), {cap:d})"

    def decayed(self, points: str, half_life_days: float | None) -> str:
        if half_life_days is None:
            return points
        now, last = self.compared("now"), self.compared("last_activity_at")
        days = f"coalesce(greatest(floor(extract(epoch from {now} - {last}) / 86400), 0), 0)::float8"
        halvings = f"least({days} / {float(half_life_days)!r}::float8, {LONGEST_DECAY!r})"
        return f"floor({points} * power(0.5::float8, {halvings}) + {NEARLY!r}::float8)::int"
