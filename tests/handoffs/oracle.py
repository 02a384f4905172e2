"""Routing one record by reading its rules in Python, which the offering's statement is held equal to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from blueprint.expressions.criteria import Line, Verdict, judge
from blueprint.expressions.fields import Catalogue
from blueprint.schema import RuleTerms
from handoffs.rules.routing import REACHES_NOBODY

AVAILABLE = "available"


@dataclass(frozen=True, slots=True)
class RuleTrace:
    """One rule that was tried: its verdict, and why a met rule did not win."""

    position: int
    label: str
    verdict: Verdict
    why: str = ""


def route(
    rules: Sequence[RuleTerms],
    catalogue: Catalogue,
    facts: Mapping[str, Any],
    now: datetime,
    state_of: Callable[[RuleTerms], str] = lambda rule: AVAILABLE,
) -> tuple[RuleTerms | None, tuple[RuleTrace, ...]]:
    """The first rule that is met and reaches somebody, and every rule tried on the way; unknown is no match.

    `state_of` says how whom the rule would reach stands. A pool is always reached: when nobody in it is available its
    fallback receives. Raises BadExpression."""
    tried = []
    for rule in rules:
        verdict = judge(catalogue, [Line(rule.label, rule.expression)], facts, now)[0].verdict
        state = state_of(rule) if verdict is Verdict.MET else ""
        why = REACHES_NOBODY[rule.target][state] if state not in ("", AVAILABLE) else ""
        tried.append(RuleTrace(rule.position, rule.label, verdict, why))
        if state == AVAILABLE:
            return rule, tuple(tried)
    return None, tuple(tried)
