"""Writing that records entered stages: close the open stay, open the next, move the record, tell history."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import DateTimeField, F, OuterRef, Subquery, Value
from django.db.models.functions import Greatest

from blueprint.schema import Blueprint, StageTerms
from core.errors import NotFound
from core.history.actions import record_all
from core.people.models import Member, Workspace
from core.tenancy.ids import new_id
from lifecycle.actions.waiting import AUTOMATIC, AnswerFirst, holds
from lifecycle.ask_again_sql import schedule
from lifecycle.models import Record, StageStay
from lifecycle.models.history import what_held


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
    """Write every entry; stage id → records that now stand there. Five queries and one per stage reached.

    A record that is offered to somebody stays: an entry by itself waits. Raises AnswerFirst for one that was asked."""
    held = holds(workspace, [each.record.pk for each in entries])
    for each in entries:
        if each.record.pk in held and each.cause not in AUTOMATIC:
            raise AnswerFirst(held[each.record.pk])
    entries = [each for each in entries if each.record.pk not in held]
    if not entries:
        return {}
    for each in entries:
        each.record.entered_stage_at = max(moment_of(each.record, at), each.record.entered_stage_at)
    moments = {each.record.pk: each.record.entered_stage_at for each in entries}
    assert len(moments) == len(entries), "a record enters once"
    _leave(moments)
    stays = [stay for each in entries for stay in _stays(each, workspace, by)]
    for stay, stay_id in zip(stays, sorted(new_id() for _ in stays), strict=True):
        stay.id = stay_id  # stays of no length are told apart by the order of their ids
    StageStay.objects.bulk_create(stays)
    entered: dict[UUID, list[UUID]] = {}
    for each in entries:
        entered.setdefault(each.path[-1].id, []).append(each.record.pk)
    for stage_id, ids in entered.items():
        for moment in {moments[each] for each in ids}:
            those = [each for each in ids if moments[each] == moment]
            latest = Greatest(F("updated_at"), Value(moment, DateTimeField()))
            Record.objects.filter(pk__in=those).update(stage_id=stage_id, entered_stage_at=moment, updated_at=latest)
    schedule(workspace, moments, at)
    for moment in sorted(set(moments.values())):
        of = [each for each in entries if moments[each.record.pk] == moment]
        record_all([event for each in of for event in _events(each, lifecycle)], at=moment, actor=by)
    for each in entries:
        each.record.stage_id = each.path[-1].id
    return entered


def _leave(moments: Mapping[UUID, datetime]) -> None:
    """End the open stay of each record, and write whose it was then. One query per moment."""
    of = Record.objects.filter(pk=OuterRef("record_id"))
    left = {"left_owner_id": Subquery(of.values("owner_id")), "left_team_id": Subquery(of.values("team_id"))}
    for moment in set(moments.values()):
        those = [record_id for record_id, left_at in moments.items() if left_at == moment]
        StageStay.objects.filter(record_id__in=those, exited_at__isnull=True).update(exited_at=moment, **left)


def _stays(entry: Entry, workspace: Workspace, by: Member | None) -> list[StageStay]:
    stays, record = [], entry.record
    before, moment = record.stage_id, record.entered_stage_at
    for place, stage in enumerate(entry.path):
        is_last = stage is entry.path[-1]
        stays.append(
            StageStay(
                record=record,
                pipeline_id=stage.pipeline_id,
                stage_id=stage.id,
                from_stage_id=before,
                entered_at=moment,
                exited_at=None if is_last else moment,
                entered_by_id=by.pk if by else None,
                cause=entry.cause if place == 0 else "auto",
                reason_key=entry.reason_key if place == 0 else "",
                blueprint_version=workspace.blueprint_version,
                left_owner_id=None if is_last else record.owner_id,
                left_team_id=None if is_last else record.team_id,
                **what_held(record),
            )
        )
        before = stage.id
    return stays


def _events(entry: Entry, lifecycle: Blueprint) -> list[tuple[str, str, UUID, UUID, dict[str, Any]]]:
    events = []
    before = lifecycle.stages_by_id.get(entry.record.stage_id)
    for place, stage in enumerate(entry.path):
        cause = "auto" if place else entry.cause
        facts = {"from": before.path if before else None, "to": stage.path, "cause": cause}
        if place == 0:
            facts |= {"reason": entry.reason_key} if entry.reason_key else {}
            facts |= entry.facts
        events.append(("record.entered_stage", "record", entry.record.pk, entry.record.pk, facts))
        before = stage
    return events
