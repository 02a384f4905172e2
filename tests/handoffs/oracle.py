"""Routing one record by reading its rules in Python, which the offering's statement is held equal to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from blueprint.expressions.criteria import Line, Verdict, judge
from blueprint.expressions.fields import Catalogue
from blueprint.schema import RuleTerms
from handoffs.rules.routing import REACHES_NOBODY
from lifecycle.models import Account, AccountOwner, Record

AVAILABLE = "available"


@dataclass(frozen=True, slots=True)
class MatchedOwner:
    """Who owns the company of a record on one side, and whether it is a named account."""

    member_id: UUID | None
    is_named: bool = False


def owner_of(record: Record, side: str, of_side: Callable[[UUID], bool]) -> MatchedOwner | None:
    """The owner on that side: the company of its domain, then the one it names, then those above; on one level the
    side's own before the file's. The file's owner of another side comes last of all."""
    by_domain = Account.objects.filter(domain=record.domain).order_by("number") if record.domain else ()
    start = sorted(by_domain, key=lambda each: each.pk != record.account_id)[:1]
    level, found = [*start, *([record.account] if record.account else [])], []
    others: list[UUID] = []
    for _ in range(6):
        others += [each.owner_id for each in level if each.owner_id]
        for account in level:
            own = AccountOwner.objects.filter(account=account, function=side, until=None).first()
            found += [MatchedOwner(own.member_id, own.is_named)] if own else []
            found += [MatchedOwner(account.owner_id)] if account.owner_id and of_side(account.owner_id) else []
        if found:
            return found[0]
        level = [each.parent for each in level if each.parent]
    return MatchedOwner(others[0]) if others else None


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
