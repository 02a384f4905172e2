"""Break-glass: an emergency is published at once, with a reason, in front of everybody, and reviewed afterwards."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from governance.actions.authoring import Deed, note
from governance.actions.drafting import draft, lock_draft, propose
from governance.actions.publishing import write_version
from governance.actions.submitting import ask_impact, keep_findings, passed_checks, refuse_overtaken
from governance.models import Authorship, ChangeRequest
from governance.queries.proposals import proposed_by
from revops.blueprint.models import BlueprintVersion
from revops.errors import BadInput
from revops.history.actions import record
from revops.workspaces.models import Member, Workspace
from revops.workspaces.permissions import permit

SHORTEST_REASON = 20  # characters; "fix" is no reason to go around everybody


@transaction.atomic
def break_glass(
    member: Member, *, title: str, reason: str, edits: Iterable[tuple[Sequence[Any], Any]], at: datetime
) -> BlueprintVersion:
    """Publish edits without approval. Admins only; the checks still hold, and every member is told."""
    permit(member, "change.publish")
    change = draft(member, title=title, reason=reason, at=at, kind=ChangeRequest.Kind.EMERGENCY)
    propose(change, edits, by=member, at=at)
    return publish_emergency(change, by=member, at=at)


@transaction.atomic
def publish_emergency(change: ChangeRequest, *, by: Member, at: datetime) -> BlueprintVersion:
    """Publish an emergency's draft at once."""
    permit(by, "change.publish")
    if len(change.reason.strip()) < SHORTEST_REASON:
        raise BadInput(f"An emergency needs a reason of at least {SHORTEST_REASON} characters.", field="reason")
    workspace = Workspace.objects.select_for_update().get(pk=change.workspace_id)
    lock_draft(change, by)
    refuse_overtaken(change)
    document = proposed_by(change)
    findings = passed_checks(change)
    note(change, Deed(Authorship.What.SUBMITTED), by=by, at=at)
    change.document, change.submitted_at, change.decided_at = document, at, at
    change.state = ChangeRequest.State.APPROVED
    change.save(update_fields=["document", "submitted_at", "decided_at", "state"])
    keep_findings(change, findings, at)
    record("change.glass_broken", change, at=at, actor=by, facts={"number": change.number, "reason": change.reason})
    ask_impact(change, by=by, at=at)
    return write_version(workspace, change, by=by, at=at)
