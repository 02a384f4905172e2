"""Writing that records entered stages: close the open stay, open the next, move the record, tell history."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from blueprint.schema import Blueprint, StageTerms
from core.errors import NotFound
from core.history.actions import blueprint_version, request_id
from core.kept_plans import Prepared, rows_of
from core.people.models import Member, Workspace
from core.sql import load
from core.tenancy.ids import new_id
from lifecycle.actions.waiting import AUTOMATIC, AnswerFirst, holds
from lifecycle.ask_again_sql import schedule
from lifecycle.models import Record

ENTER_STAGES = Prepared.of(load("lifecycle", "enter_stages"))


@dataclass(frozen=True)
class Entry:
    """One locked record on its way into one stage or several in a row; `cause` is the first stage's, then auto."""

    record: Record
    path: tuple[StageTerms, ...]
    cause: str
    reason_key: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


def locked(record_ids: Iterable[UUID]) -> list[Record]:
    """The records, locked in the order of their ids, so that two callers never wait for each other in a circle.

    Two queries. The lock is taken without joins: a row whose stage changed while we waited would fall out of one.
    """
    wanted = list(record_ids)
    if not wanted:
        return []
    of = Record.objects.filter(pk__in=wanted).order_by("pk")
    held = list(of.select_for_update().values_list("pk", flat=True))
    return list(of.select_related("stage", "account").filter(pk__in=held))


def lock_record(record: Record, at: datetime) -> tuple[Record, datetime]:
    """The record as it is now, locked, and the moment of what is done with it. Two queries. Raises NotFound."""
    found = locked([record.pk])
    if not found:
        raise NotFound
    return found[0], moment_of(found[0], at)


def moment_of(record: Record, at: datetime) -> datetime:
    """When something is done with a locked record: at `at`, but never before what was last written on it.

    While we waited for the lock others wrote, perhaps with a later moment than ours; a history in which the later deed
    carries the earlier moment says that the earlier one holds."""
    return max(at, record.updated_at)


def enter(
    workspace: Workspace, lifecycle: Blueprint, entries: Sequence[Entry], *, by: Member | None, at: datetime
) -> dict[UUID, list[UUID]]:
    """Write every entry; stage id → records that now stand there. Two queries, and one where time alone could
    move them.

    A record that is offered to somebody stays: an entry by itself waits. Raises AnswerFirst for one that was asked."""
    by_itself = {each.record.pk: each.record.stage_id for each in entries if each.cause == "auto"}
    held = holds(workspace, [each.record.pk for each in entries], by_itself)
    for each in entries:
        if each.record.pk in held and each.cause not in AUTOMATIC:
            raise AnswerFirst(held[each.record.pk])
    entries = [each for each in entries if each.record.pk not in held]
    if not entries:
        return {}
    for each in entries:
        each.record.entered_stage_at = max(moment_of(each.record, at), each.record.entered_stage_at)
    assert len({each.record.pk for each in entries}) == len(entries), "a record enters once"
    _write(workspace, lifecycle, entries, by)
    schedule(workspace, {each.record.pk: each.record.kind for each in entries}, at)
    entered: dict[UUID, list[UUID]] = {}
    for each in entries:
        each.record.stage_id = each.path[-1].id
        entered.setdefault(each.record.stage_id, []).append(each.record.pk)
    return entered


def _write(workspace: Workspace, lifecycle: Blueprint, entries: Sequence[Entry], by: Member | None) -> None:
    """One query for any number."""
    moved = [
        {"id": each.record.pk, "stage_id": each.path[-1].id, "moment": each.record.entered_stage_at} for each in entries
    ]
    stays = [stay for each in entries for stay in _stays(each)]
    for stay, stay_id in zip(stays, sorted(new_id() for _ in stays), strict=True):
        stay["id"] = stay_id  # stays of no length are told apart by the order of their ids
    told = [event for each in entries for event in _events(each, lifecycle)]
    rows_of(
        ENTER_STAGES,
        amount=len(entries),
        workspace=workspace.pk,
        moved=json.dumps(moved, default=str),
        stays=json.dumps(stays, default=str),
        told=json.dumps(told, default=str),
        by=by.pk if by else None,
        version=workspace.blueprint_version,
        blueprint_version=blueprint_version.get(),
        request_id=request_id.get(),
    )


def _stays(entry: Entry) -> list[dict[str, Any]]:
    """The stays that begin; all but the last end at the same moment."""
    stays, before = [], entry.record.stage_id
    for place, stage in enumerate(entry.path):
        stays.append(
            {
                "record_id": entry.record.pk,
                "pipeline_id": stage.pipeline_id,
                "stage_id": stage.id,
                "from_stage_id": before,
                "is_left": stage is not entry.path[-1],
                "cause": entry.cause if place == 0 else "auto",
                "reason_key": entry.reason_key if place == 0 else "",
            }
        )
        before = stage.id
    return stays


def _events(entry: Entry, lifecycle: Blueprint) -> list[dict[str, Any]]:
    events = []
    before = lifecycle.stages_by_id.get(entry.record.stage_id)
    for place, stage in enumerate(entry.path):
        cause = "auto" if place else entry.cause
        facts = {"from": before.path if before else None, "to": stage.path, "cause": cause}
        if place == 0:
            facts |= {"reason": entry.reason_key} if entry.reason_key else {}
            facts |= entry.facts
        events.append({"record_id": entry.record.pk, "nth": place, "facts": facts})
        before = stage
    return events
