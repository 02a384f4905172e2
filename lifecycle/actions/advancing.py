"""Moving one record through the gate of a stage, or where an answer leads it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from blueprint.documents import blueprint_of
from blueprint.schema import Blueprint, StageTerms
from core.errors import BadInput, WorldMovedOn
from core.history.actions import ask
from core.people.models import Member, Workspace
from core.people.permissions import permit
from lifecycle.actions.entering import Entry, lock_record, moment_of
from lifecycle.actions.journeys import move
from lifecycle.facts import Rates, facts_of
from lifecycle.intake.reasons import choose, choose_override
from lifecycle.intake.upsert import SAID
from lifecycle.models import Record
from lifecycle.rules.gates import GateClosed, auto_path, needs_reason, what_is_missing


def advance(
    record: Record,
    to_stage_key: str,
    *,
    by: Member,
    at: datetime,
    reason_key: str = "",
    note: str = "",
    override: bool = False,
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
        workspace = Workspace.objects.get(pk=record.workspace_id)
        lifecycle = blueprint_of(workspace)
        present, at = lock_record(record, at)
        here = lifecycle.stages_by_id[present.stage_id]
        if present.stage_id != record.stage_id:
            facts = {"stage": here.path, "at": present.entered_stage_at.isoformat()}
            raise WorldMovedOn(f"The record has moved on to {here.label}.", facts=facts)
        there = _stage_named(lifecycle, here, to_stage_key)
        said: dict[str, Any] = {"reason_key": reason_key, "note": note, "override": override}
        if not ask("record.moving", workspace=workspace, record=present, to=there, by=by, at=at, **said):
            entry = _entry(workspace, present, there, at, **said)
            move(workspace, lifecycle, [entry], by=by, at=at)
    record.refresh_from_db()
    return record


def carry(
    workspace: Workspace,
    record: Record,
    there: StageTerms,
    *,
    by: Member,
    at: datetime,
    cause: str,
    asks: Collection[str] = (),
    reason_key: str = "",
    note: str = "",
) -> None:
    """Move a locked record, read with its stage and account, where an answer leads; only the parts of the gate in
    `asks` (entry, required, …) are asked.

    Lines that are passed over are kept in the event; they are no override, since nobody chose to go past them. Whoever
    calls has permitted it, in a transaction of their own. Raises GateClosed."""
    entry = _carried(workspace, record, there, at, cause=cause, asks=asks, reason_key=reason_key, note=note)
    move(workspace, blueprint_of(workspace), [entry], by=by, at=moment_of(record, at))


def carry_all(
    workspace: Workspace, ways: Sequence[tuple[Record, StageTerms]], *, by: Member, at: datetime, **said: Any
) -> None:
    """`carry` for many, each where its own answer leads; the queries do not grow with them. Raises GateClosed for the
    first that may not go."""
    rates: Rates = {}
    entries = [_carried(workspace, record, there, at, rates, **said) for record, there in ways]
    move(workspace, blueprint_of(workspace), entries, by=by, at=at)


def _carried(
    workspace: Workspace,
    record: Record,
    there: StageTerms,
    at: datetime,
    rates: Rates | None = None,
    *,
    cause: str,
    asks: Collection[str] = (),
    reason_key: str = "",
    note: str = "",
) -> Entry:
    """The way of a record where an answer leads. Raises GateClosed."""
    lifecycle, at = blueprint_of(workspace), moment_of(record, at)
    facts = facts_of(record, workspace, at, rates)
    missing = what_is_missing(lifecycle, lifecycle.stages_by_id[record.stage_id], there, facts, at)
    if unmet := [each for each in missing if each.part in asks]:
        raise GateClosed(there, unmet)
    kept: dict[str, Any] = {"note": note} if note else {}
    if missing:
        kept["passed_over"] = [each.as_json() for each in missing]
    path = (there, *auto_path(lifecycle, there, facts, at))
    return Entry(record, path, cause, reason_key, kept)


def _stage_named(lifecycle: Blueprint, here: StageTerms, key: str) -> StageTerms:
    """The stage of the record's pipeline by `key` or `pipeline/key`. Raises BadInput, also for another pipeline's: no
    override leads there."""
    stage = lifecycle.stages_by_path.get(key if "/" in key else f"{here.pipeline_key}/{key}")
    if stage is None:
        raise BadInput(f"There is no stage “{key[:60]}” in this pipeline.", code="unknown_stage", field="stage")
    if stage.pipeline_key != here.pipeline_key:
        raise BadInput(SAID["another_pipeline"], code="another_pipeline", field="stage", facts={"stage": stage.path})
    return stage


def _entry(
    workspace: Workspace,
    record: Record,
    there: StageTerms,
    at: datetime,
    *,
    reason_key: str,
    note: str,
    override: bool,
) -> Entry:
    """The record's way through the gate. Raises GateClosed where it is shut, unless an override passes over it, and
    BadInput for a reason that is none or needs a note."""
    lifecycle, reason = blueprint_of(workspace), None
    if override:
        reason = choose_override(lifecycle, reason_key, note)
    elif reason_key and needs_reason(there):
        reason = choose(lifecycle, "loss", reason_key, note)
    facts, is_reasoned = facts_of(record, workspace, at), reason is not None and not override
    unmet = what_is_missing(
        lifecycle, lifecycle.stages_by_id[record.stage_id], there, facts, at, is_reasoned=is_reasoned
    )
    if unmet and not override:
        raise GateClosed(there, unmet)
    kept: dict[str, Any] = {"note": note} if note else {}
    if unmet:
        kept["overridden"] = [each.as_json() for each in unmet]
    path = (there, *auto_path(lifecycle, there, facts, at))
    return Entry(record, path, "override" if unmet else "advance", reason.key if reason else "", kept)
