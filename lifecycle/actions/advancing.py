"""Moving records through the gates: one, or a set."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from blueprint.documents import blueprint_of
from blueprint.expressions.criteria import Verdict
from blueprint.schema import Blueprint, StageTerms
from core.errors import BadInput, WorldMovedOn
from core.history.actions import ask
from core.people.models import Member, Workspace
from core.people.permissions import permit
from lifecycle.actions import journeys
from lifecycle.actions.entering import Entry, enter, lock_record, locked
from lifecycle.actions.gate import GateClosed
from lifecycle.actions.touching import log_activity
from lifecycle.actions.waiting import HELD, holds
from lifecycle.facts import facts_of
from lifecycle.intake.reasons import Reason, Reasons, choose, choose_override, reasons_of
from lifecycle.intake.upsert import SAID
from lifecycle.models import Record
from lifecycle.rules.gates import Unmet, auto_path, needs_reason, what_is_missing

__all__ = ["GateClosed", "Moved", "advance", "log_activity", "move_many"]

MOST_MOVED = 10_000


@dataclass
class Moved:
    """What became of a set: the records that moved, and why the others did not."""

    moved: list[UUID] = field(default_factory=list)
    refused: dict[UUID, list[Unmet]] = field(default_factory=dict)


def advance(
    record: Record,
    to_stage_key: str,
    *,
    by: Member,
    at: datetime,
    reason_key: str = "",
    note: str = "",
    override: bool = False,
    cause: str = "advance",
) -> Record:
    """Move one record to a stage of its pipeline (`sql` or `lifecycle/sql`), if the gate is open.

    Beats: permit, lock (the record must still stand where the caller saw it), decide, write, let the journey and the
    followers act. `override` goes past a shut gate with an override reason; every line it passed is kept. While the
    record is offered to somebody, the move is their answer, or it is refused: who answers handoffs says which.
    Raises GateClosed, WorldMovedOn, BadInput, NotPermitted, NotFound, AnswerFirst.
    """
    permit(by, "record.advance")
    if override:
        permit(by, "record.override")
    with transaction.atomic():
        workspace, lifecycle = in_force(record)
        present, at = lock_as_seen(record, lifecycle, at)
        there = stage_named(lifecycle, present, to_stage_key)
        said = {"reason_key": reason_key, "note": note, "override": override}
        if ask("record.moving", workspace=workspace, record=present, to=there, by=by, at=at, **said):
            record.refresh_from_db()
            return record
        reason = _reason(reasons_of(workspace), there, reason_key, note, override)
        entry = _entry(lifecycle, present, there, reason, note, cause, at, is_override=override)
        entered = enter(workspace, lifecycle, [entry], by=by, at=at)
        journeys.after_entering(workspace, entered, by=by, at=at)
    record.refresh_from_db()
    return record


def _entry(
    lifecycle: Blueprint,
    record: Record,
    there: StageTerms,
    reason: Reason | None,
    note: str,
    cause: str,
    at: datetime,
    *,
    is_override: bool,
) -> Entry:
    """The record's way through the gate. Raises GateClosed where it is shut, unless an override passes over it."""
    here, facts = lifecycle.stages_by_id[record.stage_id], facts_of(record)
    is_reasoned = reason is not None and reason.purpose == "loss"
    unmet = what_is_missing(lifecycle, here, there, facts, at, is_reasoned=is_reasoned)
    if unmet and not is_override:
        raise GateClosed(there, unmet)
    kept: dict[str, Any] = {"note": note} if note else {}
    if unmet:
        kept["overridden"] = [each.as_json() for each in unmet]
    path = (there, *auto_path(lifecycle, there, facts, at))
    return Entry(record, path, "override" if unmet else cause, reason.key if reason else "", kept)


def move_many(
    workspace: Workspace,
    record_ids: Iterable[UUID],
    to_stage_key: str,
    *,
    by: Member,
    at: datetime,
    reason_key: str = "",
    note: str = "",
    cause: str = "advance",
) -> Moved:
    """Move every record whose gate is open; the others stay, each with its unmet lines. The queries do not grow with
    the records. Raises BadInput for more than ten thousand, NotPermitted."""
    permit(by, "record.advance")
    wanted = list(dict.fromkeys(record_ids))
    if len(wanted) > MOST_MOVED:
        raise BadInput(f"At most {MOST_MOVED:,} records at once.", code="too_many_rows")
    outcome, entries = Moved(), []
    with transaction.atomic():
        lifecycle, reasons = blueprint_of(workspace), reasons_of(workspace)
        records = locked(wanted)
        held = holds(workspace, [record.pk for record in records])
        for record in records:
            if hold := held.get(record.pk):
                outcome.refused[record.pk] = [Unmet(HELD, hold.detail, Verdict.UNMET, hold.facts)]
                continue
            here, there = lifecycle.stages_by_id[record.stage_id], stage_named(lifecycle, record, to_stage_key)
            reason = _reason(reasons, there, reason_key, note, False)
            facts = facts_of(record)
            unmet = what_is_missing(lifecycle, here, there, facts, at, is_reasoned=reason is not None)
            if unmet:
                outcome.refused[record.pk] = unmet
                continue
            path = (there, *auto_path(lifecycle, there, facts, at))
            entries.append(Entry(record, path, cause, reason.key if reason else "", {"note": note} if note else {}))
            outcome.moved.append(record.pk)
        entered = enter(workspace, lifecycle, entries, by=by, at=at)
        journeys.after_entering(workspace, entered, by=by, at=at)
    return outcome


def in_force(record: Record) -> tuple[Workspace, Blueprint]:
    """The record's workspace as it is now, and the lifecycle in force. One query."""
    workspace = Workspace.objects.get(pk=record.workspace_id)
    return workspace, blueprint_of(workspace)


def lock_as_seen(record: Record, lifecycle: Blueprint, at: datetime) -> tuple[Record, datetime]:
    """The record, locked where the caller saw it, and the moment of its move. Raises WorldMovedOn, NotFound."""
    present, at = lock_record(record, at)
    if present.stage_id != record.stage_id:
        stands = lifecycle.stages_by_id[present.stage_id]
        facts = {"stage": stands.path, "at": present.entered_stage_at.isoformat()}
        raise WorldMovedOn(f"The record has moved on to {stands.label}.", facts=facts)
    return present, at


def stage_named(lifecycle: Blueprint, record: Record, key: str) -> StageTerms:
    """The stage of the record's pipeline by `key` or `pipeline/key`. Raises BadInput, also for another pipeline's: no
    override leads there."""
    here = lifecycle.stages_by_id[record.stage_id]
    path = key if "/" in key else f"{here.pipeline_key}/{key}"
    stage = lifecycle.stages_by_path.get(path)
    if stage is None:
        raise BadInput(f"There is no stage “{key[:60]}” in this pipeline.", code="unknown_stage", field="stage")
    if stage.pipeline_id != record.pipeline_id:
        raise BadInput(SAID["another_pipeline"], code="another_pipeline", field="stage", facts={"stage": stage.path})
    return stage


def _reason(reasons: Reasons, there: StageTerms, key: str, note: str, is_override: bool) -> Reason | None:
    """The reason given, where one is asked for. Raises BadInput when it is no reason, or needs a note."""
    if is_override:
        return choose_override(reasons, key, note)
    return choose(reasons, "loss", key, note) if key and needs_reason(there) else None
