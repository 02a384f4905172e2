"""Who takes care of a record: one action for page, API, acceptance and departure.

Batches and files ask the same rule in the statement of the intake."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from core.errors import BadInput, NotPermitted
from core.history.actions import blueprint_version, request_id
from core.kept_plans import Prepared, rows_of
from core.people.models import Member, TeamSeat
from core.people.permissions import permit
from core.sql import load
from core.tenancy.scope import current_id
from lifecycle.actions.entering import lock_record, moment_of
from lifecycle.models import Record
from lifecycle.rules.owners import NOT_YOURS, facts_of_change, may_give, why_not_owner

NO_FACTS: Mapping[UUID, Mapping[str, Any]] = {}
GIVE_RECORDS = Prepared.of(load("lifecycle", "give_records"))


def change_owner(record: Record, owner: Member | None, *, by: Member, at: datetime) -> Record:
    """Give the record to a colleague, or to nobody.

    Beats: permit, lock, decide, write, record. A rep takes what nobody has and gives away what is their own; a
    colleague's is given by who leads. Raises NotPermitted, NotFound, and BadInput for somebody who cannot own records.
    """
    permit(by, "record.write")
    refuse_owner(owner)
    with transaction.atomic():
        present, at = lock_record(record, at)
        if present.owner_id != (owner.pk if owner else None):
            if not may_give(by, present.owner_id):
                facts = {"owner": present.owner.display_name} if present.owner else {}
                raise NotPermitted(NOT_YOURS, code="not_yours", field="owner", facts=facts)
            give([present], owner, by=by, at=at)
    record.refresh_from_db()
    return record


def refuse_owner(owner: Member | None) -> None:
    """Raises BadInput for somebody who left, a program, or a role that does not work on records."""
    if owner and (why_not := why_not_owner(owner)):
        raise BadInput(why_not[1], code=why_not[0], field="owner")


def give(
    records: Sequence[Record],
    owner: Member | None,
    *,
    by: Member | None,
    at: datetime,
    team_id: UUID | None = None,
    facts: Mapping[str, Any] | None = None,
    each_facts: Mapping[UUID, Mapping[str, Any]] = NO_FACTS,
) -> None:
    """Write that locked records are the owner's now, one event each; `team_id` is the one of the owner's first seat
    unless told. `facts` are kept with each, or `each_facts` by record. Three queries for any number; nothing
    is said of records that were the owner's before."""
    if team_id is None and owner:
        team_id = TeamSeat.objects.filter(member=owner).order_by("id").values_list("team_id", flat=True).first()
    changing = [each for each in records if each.owner_id != (owner.pk if owner else None)]
    former = Member.objects.in_bulk({each.owner_id for each in changing if each.owner_id})
    at = max((moment_of(each, at) for each in records), default=at)
    told = [
        {
            "record_id": each.pk,
            "facts": facts_of_change(former.get(each.owner_id), owner) | {**(facts or each_facts.get(each.pk, {}))},
        }
        for each in changing
    ]
    rows_of(
        GIVE_RECORDS,
        amount=len(records),
        workspace=current_id(),
        records=[each.pk for each in records],
        owner=owner.pk if owner else None,
        team=team_id,
        at=at,
        by=by.pk if by else None,
        told=json.dumps(told, default=str),
        blueprint_version=blueprint_version.get(),
        request_id=request_id.get(),
    )
    for each in records:
        each.owner, each.team_id, each.updated_at = owner, team_id, at
