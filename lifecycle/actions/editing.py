"""Changing what a record says."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from blueprint.documents import blueprint_of
from core.errors import BadInput, RuleSaysNo
from core.people.models import Member, Workspace
from core.people.permissions import permit
from lifecycle.actions.intake import take_in
from lifecycle.closed_periods import CLOSED_FACTS, KEPT
from lifecycle.intake.batch_rows import Incoming
from lifecycle.models import Record


def edit_record(
    record: Record,
    *,
    by: Member,
    at: datetime,
    core: Mapping[str, Any] | None = None,
    properties: Mapping[str, Any] | None = None,
    is_read: bool = False,
) -> Record:
    """Change fields and properties through the same intake as everything else: a batch of one.

    What is not named stays; None or "" clears. Nothing is changed when any part is refused.
    Raises BadInput naming the field, RuleSaysNo for a property that another system owns or the
    amount of a closed period, NotPermitted, NotFound.
    """
    permit(by, "record.write")
    workspace = Workspace.objects.get(pk=record.workspace_id)
    system = by.came_with.system if by.came_with else ""
    said: dict[str, Any] = {"core": core or {}, "properties": properties or {}, "is_read": is_read}
    row = Incoming(1, record.kind, system, **said, record_id=record.pk)
    with transaction.atomic():
        outcome = take_in(workspace, [row], by=by, at=at, cause="edit")
        for refused in outcome.rejected:
            raise BadInput(refused.detail, code=refused.code, field=refused.field, facts=dict(refused.facts))
        for key in outcome.held.get(1, ()):
            if key in CLOSED_FACTS:
                raise RuleSaysNo(KEPT, code="period_closed", field=key)
            terms = blueprint_of(workspace).properties_by_key[key]
            detail = f"{terms.label} is owned by {terms.system}; its value stands."
            raise RuleSaysNo(detail, code="owned_elsewhere", field=key, facts={"system": terms.system})
    record.refresh_from_db()
    return record
