"""Setup mode: a workspace of one publishes alone, openly, until a second approver ends it.

See docs/decisions/0043."""

from datetime import datetime

from django.db import transaction

from core.errors import NotPermitted, RuleSaysNo, WorldMovedOn
from core.history.actions import record
from core.people.behind import has_proved_address
from core.people.models import Member, Workspace
from core.people.permissions import permit
from governance.actions.deciding import approve
from governance.actions.submitting import keep_findings
from governance.models import ChangeRequest
from governance.queries.reviews import others_of, refusal_of_ending, unanswered


def approve_alone(change: ChangeRequest, *, by: Member, at: datetime) -> None:
    """Let a request in review through without a second approver; the workspace and the request are locked.

    Raises NotPermitted for a program, RuleSaysNo where somebody else could approve. The database asks the same."""
    if by.kind != Member.Kind.PERSON:
        raise NotPermitted("In setup mode, a person publishes.", code="not_a_person")
    if not has_proved_address(by):
        raise NotPermitted("Prove your e-mail address first, then you may publish.", code="address_not_proved")
    able = others_of(change)
    if able:
        raise RuleSaysNo(
            f"You are not alone any more: {', '.join(able)} can approve this.", code="not_alone", facts={"able": able}
        )
    keep_findings(change, at)
    change.in_setup, change.state, change.decided_at = True, ChangeRequest.State.APPROVED, at
    change.save(update_fields=["in_setup", "state", "decided_at"])
    record("change.approved_in_setup", change, at=at, actor=by, facts={"number": change.number})


@transaction.atomic
def end_setup(workspace: Workspace, *, by: Member, at: datetime, confirms: bool = False) -> Workspace:
    """End setup mode, for good. By a second approver, when everything published in it is confirmed; `confirms` says yes
    to what is left. Raises NotPermitted, RuleSaysNo, WorldMovedOn."""
    permit(by, "change.approve")
    workspace = Workspace.objects.select_for_update().get(pk=workspace.pk)
    if workspace.setup_since is None:
        raise WorldMovedOn("Setup mode has ended already.", code="not_in_setup")
    if refusal := refusal_of_ending(by):
        raise refusal
    waiting = list(unanswered(ChangeRequest.objects.filter(in_setup=True)).order_by("number"))
    if waiting and not confirms:
        numbers = [change.number for change in waiting]
        raise RuleSaysNo(
            f"Confirm what was published in setup mode first: {', '.join(f'#{each}' for each in numbers)}.",
            code="unconfirmed",
            facts={"changes": numbers},
        )
    for change in waiting:
        approve(change, by=by, at=at, note="Confirmed when setup mode ended")
    since, workspace.setup_since = workspace.setup_since, None
    workspace.save(update_fields=["setup_since"])
    facts = {"since": since.isoformat(), "confirmed": [change.number for change in waiting]}
    record("workspace.setup_ended", workspace, at=at, actor=by, facts=facts)
    return workspace
