"""Automatic checks of a proposed version, before anybody is asked: broken references, rules nobody reaches, metrics
without an owner, records left behind. Pure: what the database knows comes in as `WorkspaceFacts`."""

from collections.abc import Callable

from blueprint.paths import Document
from governance.checks import (
    coverage_checks,
    headline_checks,
    metric_checks,
    playbook_checks,
    proof_checks,
    references,
    seam_checks,
    stage_checks,
)
from governance.checks.finding import CheckInput, Finding, WorkspaceFacts, verdict_of

__all__ = ["ORDER", "CheckInput", "Finding", "WorkspaceFacts", "run_checks", "verdict_of"]

CHECKS = (  # in the order in which findings are shown
    references.check_shape,
    references.check_expressions,
    references.check_references,
    references.check_required,
    seam_checks.check_seams,
    seam_checks.check_sla,
    seam_checks.check_traps,
    seam_checks.check_calendars,
    seam_checks.check_routing,
    playbook_checks.check_playbooks,
    coverage_checks.check_coverage,
    proof_checks.check_proved,
    stage_checks.check_scoring,
    stage_checks.check_threshold_text,
    references.check_words,
    stage_checks.check_moves,
    stage_checks.check_stranded,
    stage_checks.check_properties,
    metric_checks.check_metrics,
    metric_checks.check_owners,
    headline_checks.check_headline,
    headline_checks.check_meanings,
    headline_checks.check_targets,
    headline_checks.check_sources,
    metric_checks.check_reports,
)
ORDER = tuple(check.key for check in CHECKS)


def run_checks(
    base: Document,
    proposed: Document,
    facts_of: Callable[[CheckInput], WorkspaceFacts] = lambda given: WorkspaceFacts(),
) -> list[Finding]:
    """Every check's finding, in the order they are shown. A broken shape stops at the first, which is that."""
    given = CheckInput((base, proposed), facts_of)
    shape = references.check_shape.finding(given)
    return [shape] if shape.verdict == "failed" else [shape, *(check.finding(given) for check in CHECKS[1:])]
