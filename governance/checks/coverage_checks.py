"""The check that each choice of some properties, such as segments or campaigns, has a routing rule of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from blueprint.expressions.criteria import Verdict, judge
from blueprint.expressions.fields import Catalogue, DataType, Field
from blueprint.expressions.source import BadExpression
from blueprint.schema import RuleTerms
from governance.checks.finding import CheckInput, Said, check, fault
from governance.checks.references import CATCH_ALL
from governance.checks.seam_checks import PASSES_ON

NOON = time(12)  # territories begin and end at a midnight


@check("coverage", "Every choice has its rule", fine="No choice is left to the catch-all.")
def check_coverage(given: CheckInput) -> Iterator[Said]:
    """No segment or campaign goes live without a rule that takes its records (R34)."""
    catalogue, zone = given.proposed.catalogue, ZoneInfo(given.facts.zone)
    now = datetime.combine(given.facts.today, NOON, zone)
    for seam in given.read.seams:
        path = f"seams/{seam.key}/covers"
        for key in seam.covers:
            options = catalogue.field(key).options if key in catalogue else ()
            if not options:
                yield fault(path, f"{seam.label} covers “{key}”, which is no property with choices.")
                continue
            field = catalogue.field(key)
            for value in options:
                if taken_by(catalogue, seam.rules, field, value, now) is None:
                    record = f"a record of which only {field.label} “{value}” is known"
                    yield fault(path, f"{seam.label}: {record} is left to the catch-all.")


def taken_by(
    catalogue: Catalogue, rules: Sequence[RuleTerms], field: Field, value: str, now: datetime
) -> RuleTerms | None:
    """The first rule but the catch-all that takes a record of which only this is known; None where none surely does:
    it has no owner to whom a rule could lead, and territories are those that hold now. Where a test cannot be read, the
    check of expressions says so."""
    asked = [rule for rule in rules if rule.expression.strip() != CATCH_ALL and rule.target not in PASSES_ON]
    facts = {field.key: [value] if field.data_type == DataType.CHOICES else value}
    try:
        lines = judge(catalogue, asked, facts, now)
    except BadExpression:
        return asked[0] if asked else None
    return next((rule for rule, line in zip(asked, lines, strict=True) if line.verdict is Verdict.MET), None)
