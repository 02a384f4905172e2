"""Break-glass: an emergency is published at once, with a reason, in front of everybody, and reviewed afterwards."""

from datetime import datetime

from django.db import transaction

from blueprint.models import BlueprintVersion
from core.errors import BadInput, NotPermitted, RuleSaysNo
from core.history.actions import record
from core.people.behind import has_proved_address
from core.people.models import Member, Workspace
from core.people.permissions import permit
from governance.actions.authoring import note
from governance.actions.drafting import lock_draft
from governance.actions.publishing import write_version
from governance.actions.reviewing import ask_review
from governance.actions.submitting import ask_impact, keep_findings, refuse_overtaken
from governance.models import Authorship, ChangeRequest
from governance.queries.proposals import proposed_by
from governance.queries.reviews import author_ids, unanswered

SHORTEST_REASON = 20  # characters; "fix" is no reason to go around everybody


@transaction.atomic
def publish_emergency(change: ChangeRequest, *, by: Member, at: datetime) -> BlueprintVersion:
    """Publish an emergency's draft at once: by a person whose last one was reviewed. A task asks somebody who wrote
    none of it for a review."""
    permit(by, "change.publish")
    if by.kind != Member.Kind.PERSON:
        raise NotPermitted("An emergency is published by a person.", code="not_a_person")
    if not has_proved_address(by):
        raise NotPermitted("Prove your e-mail address first, then you may publish.", code="address_not_proved")
    if len(change.reason.strip()) < SHORTEST_REASON:
        raise BadInput(f"An emergency needs a reason of at least {SHORTEST_REASON} characters.", field="reason")
    workspace = Workspace.objects.select_for_update().get(pk=change.workspace_id)
    lock_draft(change, by)
    if workspace.setup_since is None:
        _refuse_another(change, by)
    refuse_overtaken(change)
    document = proposed_by(change)
    keep_findings(change, at)
    note(change, Authorship(what=Authorship.What.SUBMITTED), by=by, at=at)
    change.document, change.submitted_at, change.decided_at = document, at, at
    change.state, change.review_task = ChangeRequest.State.APPROVED, ask_review(change, by=by, at=at)
    change.save(update_fields=["document", "submitted_at", "decided_at", "state", "review_task"])
    record("change.glass_broken", change, at=at, actor=by, facts={"number": change.number, "reason": change.reason})
    ask_impact(change, by=by, at=at)
    return write_version(workspace, change, by=by, at=at)


def _refuse_another(change: ChangeRequest, by: Member) -> None:
    """Nobody goes around everybody twice: the last emergency of an author is reviewed before the next."""
    authors = author_ids(change) | {by.pk}
    waiting = unanswered(
        ChangeRequest.objects.filter(kind=ChangeRequest.Kind.EMERGENCY, authorship__person__in=authors)
    )
    first = waiting.order_by("number").first()
    if first is not None:
        raise RuleSaysNo(
            f"The emergency #{first.number} “{first.title}” still waits for its review. Somebody who did not write it "
            "reviews it first; until then, send this one to review.",
            code="review_first",
            facts={"number": first.number},
        )
