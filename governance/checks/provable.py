"""The lists of lines of a blueprint about which something can be proved, each with all that its proof depends on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from itertools import combinations, groupby
from typing import Any

from blueprint.expressions.criteria import compile_line
from blueprint.expressions.source import BadExpression
from blueprint.schema import Blueprint, RuleTerms, TerritoryTerms
from blueprint.schema.vocabularies import RoutingTarget
from governance.checks.references import TestedLine, tested_lines

ROUTING, SLA, SCORING, CRITERIA, OVERLAPS = "routing", "sla", "rules", "criteria", "overlaps"
OWN_KINDS = (ROUTING, SLA, SCORING)
TERRITORIES = "territories"
MOST_PAIRS = 300  # of territories; each takes the solver some milliseconds
SKILLED = "skilled"  # what a rule needs whose pool asks for skills
CATCH_ALL_TAKES = "catch_all"  # what an SLA line may ask for beside its test


@dataclass(frozen=True)
class ProvableList:
    """One list: its place as spelled, its lines, and what is asked of the solver. Two lists of one `digest` have one
    proof."""

    path: str
    lines: tuple[TestedLine, ...]
    asked: dict[str, Any]
    digest: str

    @property
    def where(self) -> str:
        """Its place in words."""
        return self.lines[0].where


def provable_lists(blueprint: Blueprint) -> list[ProvableList]:
    """Every list of lines that can be read. `blueprint` has the threshold in its criteria."""
    kinds = {each.key: each.record_kind for each in blueprint.pipelines}
    found = []
    lists = [
        (path, tuple(group))
        for path, group in groupby(tested_lines(blueprint), key=lambda line: line.path.rpartition("/")[0])
    ]
    for path, lines in lists + (_overlaps(blueprint) if blueprint.territories else []):
        (collection, key, *_), part = path.split("/"), path.rpartition("/")[2]
        pipeline = key
        needs = [""] * len(lines)
        if collection == "seams":
            seam = blueprint.seams_by_key[key]
            pipeline = seam.trigger.partition("/")[0]
            if part == ROUTING:
                needs = [_need(rule, blueprint.pools_that_ask) for rule in seam.routing]
            elif part == SLA:
                needs = [CATCH_ALL_TAKES if line.catch_all_only else "" for line in seam.sla]
        try:
            compiled = [compile_line(blueprint.catalogue, line.expression) for line in lines]
        except BadExpression:
            continue  # the check of expressions says so
        named = {name for line in compiled for name in line.fields}
        fields = [blueprint.catalogue.field(name) for name in sorted({*named, "kind"})]
        scoring = blueprint.scoring
        asked = {
            "kind": OVERLAPS if collection == TERRITORIES else part if part in OWN_KINDS else CRITERIA,
            "lines": [[line.expression, need] for line, need in zip(lines, needs, strict=True)],
            "fields": [[each.key, each.data_type.value, list(each.options)] for each in fields],
            "currency": blueprint.catalogue.currency,
            "fixed": {"kind": kinds[pipeline]} if pipeline in kinds else {},
            "most": {"score": scoring.fit_cap + scoring.behaviour_cap} if "score" in named else {},
        }
        digest = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
        found.append(ProvableList(path, lines, asked, digest))
    return found


def _need(rule: RuleTerms, asking: Collection[str]) -> str:
    """What beside its test decides whether a rule takes a record; a pool always takes it, unless it asks for skills."""
    if rule.target == RoutingTarget.POOL:
        return f"{SKILLED} {rule.pool}" if rule.pool in asking else ""
    return "owner" if rule.target == RoutingTarget.RECORD_OWNER else f"{rule.target} {rule.member}".strip()


def _overlaps(blueprint: Blueprint) -> list[tuple[str, tuple[TestedLine, ...]]]:
    """For each side, every two territories that hold on one day, as a line that both together must meet: one that can
    be met is an overlap."""
    found = []
    for side in dict.fromkeys(each.function for each in blueprint.territories):
        own = [each for each in blueprint.territories if each.function == side]
        pairs = [pair for pair in combinations(own, 2) if _hold_together(*pair)][:MOST_PAIRS]
        lines = tuple(
            TestedLine(
                f"Territories of {blueprint.function_label(side)}",
                f"{TERRITORIES}/{other.key}/expression",
                f"“{one.label}” and “{other.label}”",
                f"({one.expression}) && ({other.expression})",
            )
            for one, other in pairs
        )
        found += [(f"{TERRITORIES}/{side}", lines)] if lines else []
    return found


def _hold_together(one: TerritoryTerms, other: TerritoryTerms) -> bool:
    """Whether there is a day on which both hold."""
    start = max(one.starts_on or date.min, other.starts_on or date.min)
    return start <= min(one.ends_on or date.max, other.ends_on or date.max)
