"""Handing a draft in: its document is frozen, checked, and its impact asked for."""

from datetime import datetime

from django.db import transaction

from core.errors import RuleSaysNo, WorldMovedOn
from core.history.actions import record
from core.people.models import Member, Workspace
from core.people.permissions import PERMITS, permit
from core.sql import load
from governance.actions.authoring import note
from governance.actions.drafting import lock_draft
from governance.actions.proving import ask_proofs
from governance.actions.working_out import poke_impacts
from governance.checks import run_checks, verdict_of
from governance.models import Authorship, ChangeRequest, CheckResult, Impact
from governance.queries.proposals import base_of, proposed_by
from governance.queries.workspace_facts import facts_of

DAYS = 90
TELL_APPROVERS = load("governance", "tell_approvers")
APPROVERS = sorted(PERMITS["change.approve"][0])


@transaction.atomic
def submit(change: ChangeRequest, *, by: Member, at: datetime, days: int = DAYS) -> Impact:
    """Freeze the draft and ask for review. A failed check refuses it; base and version in force must be the same."""
    lock_draft(change, by)
    refuse_overtaken(change)
    document, verdict = proposed_by(change), keep_findings(change, at)
    note(change, Authorship(what=Authorship.What.SUBMITTED), by=by, at=at)
    change.document, change.state, change.submitted_at = document, ChangeRequest.State.REVIEW, at
    change.save(update_fields=["document", "state", "submitted_at"])
    facts = {"number": change.number, "verdict": verdict, "base_version": change.base_version}
    record("change.submitted", change, at=at, actor=by, facts=facts)
    TELL_APPROVERS.run(change=change.pk, roles=APPROVERS, by=by.pk, at=at)
    return ask_impact(change, by=by, at=at, days=days)


def keep_findings(change: ChangeRequest, at: datetime) -> str:
    """Run the checks now and keep what they say; answers with the verdict. Raises RuleSaysNo with what failed."""
    findings = run_checks(base_of(change), proposed_by(change), facts_of)
    failed = [each for each in findings if each.verdict == "failed"]
    if failed:
        raise RuleSaysNo(
            "The checks found something broken: " + failed[0].detail.split("\n")[0],
            code="checks_failed",
            facts={"failed": [{"key": each.key, "label": each.label, "detail": each.detail} for each in failed]},
        )
    CheckResult.objects.filter(change=change).delete()
    CheckResult.objects.bulk_create(
        CheckResult(change=change, key=each.key, label=each.label, verdict=each.verdict, detail=each.detail, at=at)
        for each in findings
    )
    return verdict_of(findings)


def refuse_overtaken(change: ChangeRequest) -> None:
    """Refuse when the version in force is no longer the one the request is based on. Raises WorldMovedOn."""
    number = Workspace.objects.values_list("blueprint_version", flat=True).get(pk=change.workspace_id)
    if number != change.base_version:
        raise WorldMovedOn(
            f"Version {number} was published meanwhile; this request is based on version {change.base_version}.",
            code="stale",
            facts={"base_version": change.base_version, "version": number},
        )


def ask_impact(change: ChangeRequest, *, by: Member, at: datetime, days: int = DAYS) -> Impact:
    """Ask what would have been different over the last `days`, and what can be proved of the rules; workers answer."""
    permit(by, "change.propose")
    impact = Impact.objects.create(change=change, asked_at=at, days=days)
    ask_proofs(proposed_by(change), base_of(change), at=at)
    poke_impacts()
    return impact
