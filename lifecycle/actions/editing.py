"""Changing what a record says, and who takes care of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from lifecycle.actions.entering import locked
from lifecycle.actions.intake import take_in
from lifecycle.blueprint import lifecycle_of
from lifecycle.intake.rows import Incoming
from lifecycle.models import Record
from revops.errors import BadInput, NotFound, RuleSaysNo
from revops.history.actions import record as tell_history
from revops.workspaces.models import Member, TeamSeat, Workspace
from revops.workspaces.permissions import permit


def edit_record(
    record: Record,
    *,
    by: Member,
    at: datetime,
    core: Mapping[str, Any] | None = None,
    properties: Mapping[str, Any] | None = None,
) -> Record:
    """Change fields and properties through the same intake as everything else: a batch of one.

    What is not named stays; None or "" clears. Nothing is changed when any part is refused.
    Raises BadInput naming the field, RuleSaysNo for a property that another system owns, NotPermitted, NotFound.
    """
    permit(by, "record.write")
    workspace = Workspace.objects.get(pk=record.workspace_id)
    row = Incoming(1, record.kind, core=core or {}, properties=properties or {}, record_id=record.pk)
    with transaction.atomic():
        outcome = take_in(workspace, [row], by=by, at=at, cause="edit")
        for refused in outcome.rejected:
            raise BadInput(refused.detail, code=refused.code, field=refused.field, facts=dict(refused.facts))
        for key in outcome.held.get(1, ()):
            terms = lifecycle_of(workspace).properties_by_key[key]
            detail = f"{terms.label} is owned by {terms.system_of_record}; its value stands."
            raise RuleSaysNo(detail, code="owned_elsewhere", field=key, facts={"system": terms.system_of_record})
    record.refresh_from_db()
    return record


def set_owner(record: Record, owner: Member | None, *, by: Member, at: datetime) -> Record:
    """Give the record to a member, or to nobody; the team is the one of the owner's first seat.

    Beats: permit, lock, write, record. Raises NotPermitted, NotFound, BadInput for somebody who has left.
    """
    permit(by, "record.write")
    if owner is not None and not owner.is_active:
        raise BadInput(f"{owner.display_name} is no longer active here.", code="inactive_member", field="owner")
    with transaction.atomic():
        found = locked([record.pk])
        if not found:
            raise NotFound
        present = found[0]
        before = present.owner_id
        if before != (owner.pk if owner else None):
            seat = TeamSeat.objects.filter(member=owner).order_by("id").first() if owner else None
            present.owner, present.team_id, present.updated_at = owner, seat.team_id if seat else None, at
            present.save(update_fields=["owner", "team", "updated_at"])
            facts = {"from": str(before) if before else None, "to": str(owner.pk) if owner else None}
            facts["owner"] = owner.display_name if owner else None
            tell_history("record.owner_changed", present, at=at, actor=by, record_id=present.pk, facts=facts)
    record.refresh_from_db()
    return record
