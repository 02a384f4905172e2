"""Going back: a change request of its own, approved like any other, that also lists what has moved meanwhile."""

from datetime import datetime

from django.db import transaction

from core.errors import BadInput, RuleSaysNo
from core.people.models import Member
from core.people.permissions import permit
from governance.actions.drafting import draft, propose_document
from governance.actions.submitting import submit
from governance.models import ChangeRequest
from governance.queries.proposals import base_of
from governance.queries.published import document_of

Kind = ChangeRequest.Kind


@transaction.atomic
def roll_back(
    change: ChangeRequest, *, by: Member, at: datetime, reason: str, to_version: int | None = None
) -> ChangeRequest:
    """Ask to restore the version before this published request (or `to_version`). The new request is in review.

    Records already moved stay where they are; the request's impact names them."""
    permit(by, "change.propose")
    if change.state != ChangeRequest.State.PUBLISHED or change.published_version is None:
        raise RuleSaysNo("Only a published change can be rolled back.", code="not_published")
    number = change.published_version - 1 if to_version is None else to_version
    if not 1 <= number < change.published_version:
        raise RuleSaysNo("There is no earlier version to go back to.", code="no_earlier_version")
    if not reason.strip():
        raise BadInput("Say why the change should be undone.", field="reason")
    request = draft(
        by,
        title=f"Roll back to version {number}: undo “{change.title}”"[:200],
        reason=reason,
        at=at,
        kind=Kind.ROLLBACK,
        rolls_back=change,
    )
    if base_of(request) == document_of(number):
        raise RuleSaysNo(f"Version {number} is what is in force already.", code="nothing_to_roll_back")
    propose_document(request, document_of(number), by=by, at=at)
    submit(request, by=by, at=at)
    return request
