"""Automatic checks of a proposed version, before anybody is asked: broken references, rules nobody reaches, metrics
without an owner, records left behind. Pure: what the database knows comes in as `World`."""

from blueprint.paths import Document
from governance.checks.contradictions import check_words
from governance.checks.definitions import check_metrics, check_properties, check_scoring
from governance.checks.finding import CheckInput, Finding, WorkspaceFacts, verdict_of
from governance.checks.references import check_expressions, check_references, check_required, check_shape
from governance.checks.seams import check_calendars, check_routing, check_seams, check_sla, check_traps
from governance.checks.stages import check_moves, check_stranded, check_threshold_text

__all__ = ["ORDER", "Finding", "WorkspaceFacts", "run_checks", "verdict_of"]

# How findings are shown, by key.
ORDER = (
    *("shape", "expressions", "references", "required", "seams", "sla", "traps", "calendars", "routing", "scoring"),
    *("one_threshold", "words", "moves", "stranded", "properties", "metrics", "owners", "reports"),
)


def run_checks(base: Document, proposed: Document, world: WorkspaceFacts) -> list[Finding]:
    """Every check's finding, in the order they are shown. A broken shape stops at the first, which is that."""
    shape = check_shape(base, proposed)
    if shape.verdict == "failed":
        return [shape]
    given = CheckInput(base, proposed, world)
    return [
        shape,
        check_expressions(given),
        check_references(given),
        check_required(given),
        check_seams(given),
        check_sla(given),
        check_traps(given),
        check_calendars(given),
        check_routing(given),
        check_scoring(given),
        check_threshold_text(given),
        check_words(given),
        check_moves(given),
        check_stranded(given),
        check_properties(given),
        *check_metrics(given),
    ]
