"""Answering a request: approve, reject, withdraw. Nobody answers what they wrote, in person or through a key."""

from datetime import datetime

from django.db import transaction

from core.errors import BadInput, NotPermitted, RuleSaysNo, WorldMovedOn
from core.history.actions import record
from core.notices.mentions import tell_mentioned
from core.people.models import Member
from core.people.permissions import may, permit
from governance.actions.reviewing import close_review
from governance.actions.submitting import keep_findings, refuse_overtaken
from governance.models import Approval, ChangeRequest, Impact
from governance.queries.detail import ChangeDetail
from governance.queries.reviews import is_author, refusal_of_answer

State = ChangeRequest.State


@transaction.atomic
def approve(change: ChangeRequest, *, by: Member, at: datetime, note: str = "") -> Approval:
    """Agree to a request, having seen its impact; somebody who is no author. The checks are run once more.

    What was published before anybody else agreed is answered after the fact in the same way: an emergency is reviewed,
    what setup mode let through is confirmed."""
    _lock_for_answer(change, by)
    if change.was_published_alone:
        approval = _answer("change.reviewed", change, State.APPROVED, by=by, note=note, at=at)
        close_review(change, by=by, note=note, at=at)
        return approval
    _refuse_unless_in_review(change)
    refuse_overtaken(change)
    impact = ChangeDetail(change).impact
    if impact is None or impact.state in (Impact.State.WAITING, Impact.State.RUNNING):
        raise RuleSaysNo(
            "The impact is still being worked out; approve when you have seen it.", code="impact_not_ready"
        )
    keep_findings(change, at)
    return _answer("change.approved", change, State.APPROVED, by=by, note=note, at=at)


@transaction.atomic
def reject(change: ChangeRequest, *, by: Member, at: datetime, note: str) -> Approval:
    """Turn a request down, saying why."""
    _lock_for_answer(change, by)
    _refuse_unless_in_review(change)
    if not note.strip():
        raise BadInput("Say why, so that the author can do better.", field="note")
    return _answer("change.rejected", change, State.REJECTED, by=by, note=note, at=at)


@transaction.atomic
def withdraw(change: ChangeRequest, *, by: Member, at: datetime) -> None:
    """Take a request back before it is published: one of its authors, or an admin."""
    permit(by, "change.propose")
    change.refresh_from_db(from_queryset=ChangeRequest.objects.select_for_update())
    if not may(by, "change.publish") and not is_author(change, by):
        raise NotPermitted("Only an author or an admin withdraws a request.")
    if change.state not in (State.DRAFT, State.REVIEW, State.APPROVED):
        raise WorldMovedOn(f"This change request is {change.get_state_display().lower()} already.")
    change.state, change.decided_at = State.WITHDRAWN, at
    change.save(update_fields=["state", "decided_at"])
    record("change.withdrawn", change, at=at, actor=by, facts={"number": change.number})


def _lock_for_answer(change: ChangeRequest, by: Member) -> None:
    permit(by, "change.approve")
    change.refresh_from_db(from_queryset=ChangeRequest.objects.select_for_update())
    if refusal := refusal_of_answer(change, by):
        raise refusal


def _refuse_unless_in_review(change: ChangeRequest) -> None:
    if change.state != State.REVIEW:
        raise WorldMovedOn(f"This change request is {change.get_state_display().lower()}, not in review.")


def _answer(kind: str, change: ChangeRequest, verdict: State, *, by: Member, note: str, at: datetime) -> Approval:
    """Keep the answer, once for each member; a request in review moves on with it, what is in force stays."""
    if Approval.objects.filter(change=change, member=by).exists():
        raise WorldMovedOn("You have answered this request already.")
    approval = Approval.objects.create(change=change, member=by, verdict=verdict, note=note.strip(), at=at)
    if change.state == State.REVIEW:
        change.state, change.decided_at = verdict, at
        change.save(update_fields=["state", "decided_at"])
    record(kind, change, at=at, actor=by, facts={"number": change.number, "note": note})
    if "@" in note:
        tell_mentioned(note, f"#{change.number} {change.title}", about="change", number=change.number, by=by, at=at)
    return approval
