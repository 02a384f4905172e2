"""Moves that an answer decided: the record goes where the answer leads, and nobody else's gate holds it back."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from blueprint.documents import blueprint_of
from blueprint.schema import StageTerms
from core.people.models import Member, Workspace
from lifecycle.actions.entering import Entry, lock_record
from lifecycle.actions.journeys import move
from lifecycle.facts import facts_of
from lifecycle.models import Record
from lifecycle.rules.gates import GateClosed, auto_path, what_is_missing


def carry(
    record: Record,
    there: StageTerms,
    *,
    by: Member,
    at: datetime,
    cause: str,
    asks: Collection[str] = (),
    reason_key: str = "",
    note: str = "",
) -> Record:
    """Move the record to a stage of its pipeline; only the parts of the gate in `asks` (entry, required, …) are asked.

    Lines that are passed over are kept in the event; they are no override, since nobody chose to go past them. Whoever
    calls has permitted it, in a transaction of their own. Raises GateClosed, NotFound."""
    workspace = Workspace.objects.get(pk=record.workspace_id)
    lifecycle = blueprint_of(workspace)
    present, at = lock_record(record, at)
    facts = facts_of(present)
    missing = what_is_missing(lifecycle, lifecycle.stages_by_id[present.stage_id], there, facts, at)
    if unmet := [each for each in missing if each.part in asks]:
        raise GateClosed(there, unmet)
    kept: dict[str, Any] = {"note": note} if note else {}
    if missing:
        kept["passed_over"] = [each.as_json() for each in missing]
    path = (there, *auto_path(lifecycle, there, facts, at))
    move(workspace, lifecycle, [Entry(present, path, cause, reason_key, kept)], by=by, at=at)
    record.refresh_from_db()
    return record
