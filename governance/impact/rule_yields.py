"""What each routing rule brings: who it takes of the last handoffs, what became of them, and who would have taken them
without it. Asked by the rules of one version and the facts of each offer, whatever the rules were then; neither who was
away or full is known of the past, nor who had which skills."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from blueprint.schema import Blueprint, RuleTerms, SeamTerms
from core.sql import Fragment, load
from governance.impact.line_replay import MOST, OFFERS_OF_STRETCH
from governance.impact.replay import ACCOUNT_MATCH, AS_THEY_WERE, SCORED_RECORDS, reaches
from governance.impact.rule_questions import Questions
from handoffs.rules.routing import ACCOUNT_TARGETS

DAYS = 90
RULES_AT_OFFER = load("governance", "rules_at_offer")
Met = tuple[Sequence[bool], int, int, int]  # of each rule whether it is met; how many: given, accepted, won


def rule_yields(blueprint: Blueprint, seam: SeamTerms, since: datetime) -> list[dict[str, Any]]:
    """For each rule of the seam as opened, what it takes of the newest handoffs since then, and which rules would take
    that without it. One query for all rules."""
    questions = Questions()
    points = questions.total(blueprint.scoring, blueprint.catalogue)
    met = [
        f"(w.{questions.ask(blueprint.catalogue, rule.expression, 'old_points')} is true{reaches(rule, seam)}) is true"
        for rule in seam.rules
    ]
    offered = SCORED_RECORDS.fill(
        records=Fragment(f"({AS_THEY_WERE.fill(decided=OFFERS_OF_STRETCH).draft})"),
        questions=questions.columns,
        points=f"{points} as old_points",
        scored_questions=questions.scored_columns,
        which="true",
        account_match=ACCOUNT_MATCH,
    )
    values = {"seam": seam.id, "trigger": seam.trigger_stage_id, "since": since, "most": MOST}
    values |= {"function": seam.to_function}
    values |= {"asks_accounts": any(rule.target in ACCOUNT_TARGETS for rule in seam.rules)}
    fragment = Fragment(offered.draft, {**questions.params, **offered.values, **values})
    return told_of(seam.rules, RULES_AT_OFFER.fill(offered=fragment, met=f"array[{', '.join(met)}]::boolean[]").rows())


def told_of(rules: Sequence[RuleTerms], rows: Sequence[Met]) -> list[dict[str, Any]]:
    """What each rule takes, and who is next without it: `others` are the places of rules and how many, -1 is nobody;
    `moved` counts what goes somewhere else without it."""
    told: list[dict[str, Any]] = [{"given": 0, "accepted": 0, "won": 0, "others": Counter(), "moved": 0} for _ in rules]
    for met, given, accepted, won in rows:
        takers = [place for place, is_met in enumerate(met) if is_met]
        if not takers:
            continue
        first, following = takers[0], takers[1] if len(takers) > 1 else -1
        one = told[first]
        one["given"] += given
        one["accepted"] += accepted
        one["won"] += won
        one["others"][following] += given
        if following < 0 or _leads_to(rules[first]) != _leads_to(rules[following]):
            one["moved"] += given
    return [{**one, "others": one["others"].most_common()} for one in told]


def _leads_to(rule: RuleTerms) -> tuple[str, str, str]:
    return rule.target, rule.pool, rule.member
