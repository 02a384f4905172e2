"""Playbooks: begun once for a record and occasion, stepped through by the clock, stopped where the record leaves."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from blueprint.documents import blueprint_of
from core.businesstime.working_hours import zone_of
from core.history.actions import blueprint_version, request_id
from core.people.models import Member, Workspace
from core.sql import load
from handoffs.models import PlaybookRun, RunStep, Task
from handoffs.playbook_sql import PlaybookSql, playbook_sql_of
from handoffs.rules.playbook_ends import GONE, why_stopped

BATCH = 200
PLAYBOOK = "playbook"  # the kind of task that a step makes
DUE_WORKSPACES = load("handoffs", "playbook_workspaces")
LOCK = load("handoffs", "lock_playbooks")
START, MOVE = load("handoffs", "start_playbooks"), load("handoffs", "move_playbooks")
STOP, FINISH = load("handoffs", "stop_playbooks"), load("handoffs", "finish_playbooks")
Found = Mapping[str, Any]  # record_id, playbook, occasion, counts_from, stage_id, run_id


def follow_entered(
    workspace: Workspace, entered: Mapping[UUID, Sequence[UUID]], *, by: Member | None, at: datetime
) -> None:
    """Records entered stages: stop what ends there, and begin what that stage begins. One to three queries."""
    known = playbook_sql_of(workspace)
    records = [record_id for stage_id, ids in entered.items() if stage_id in known.stages for record_id in ids]
    if records:
        stop_where_left(workspace, records, by=by, at=at)
        if known.entered:
            _begin_found(workspace, _rows(workspace, known.entered.rows, records, at), by=by, at=at)


def follow_written(*, workspace: Workspace, record_ids: Sequence[UUID], at: datetime, **news: Any) -> None:
    """Records that playbooks ask were written, or their time has come: what their steps ask for may be done, a day may
    have moved, and a playbook may begin. One or two queries where nothing of it happened."""
    known = playbook_sql_of(workspace)
    if known.done:
        _close_what_is_done(known, record_ids, at)
    if known.written:
        found = _rows(workspace, known.written.rows, record_ids, at)
        if moved := [each for each in found if each["run_id"]]:
            _move(moved, known, workspace.time_zone, at)
        _begin_found(workspace, [each for each in found if not each["run_id"]], by=None, at=at)


def _move(found: Sequence[Found], known: PlaybookSql, zone: str, at: datetime) -> None:
    """Count these runs from another day. Three queries."""
    runs = [each["run_id"] for each in found]
    LOCK.rows(runs=runs)
    _run(MOVE, at, moved=json.dumps(found, default=str), kept=known.kept, zone=zone)
    finish(runs, at)


def follow_gone(*, keys: Collection[str], at: datetime, **news: Any) -> None:
    """A version was published without these playbooks: those that run stop."""
    running = PlaybookRun.objects.filter(playbook__in=list(keys), ended_at__isnull=True)
    stop(dict.fromkeys(running.values_list("pk", flat=True), GONE), by=None, at=at)


def follow_undone(*, record_ids: Sequence[UUID], **news: Any) -> None:
    """The import or the acceptance that made these records is undone: what began by itself goes with them."""
    RunStep.objects.filter(record_id__in=record_ids).delete()
    PlaybookRun.objects.filter(record_id__in=record_ids).delete()


def _rows(workspace: Workspace, rows: Any, records: Sequence[UUID], at: datetime) -> list[dict[str, Any]]:
    """What the statement finds of these records."""
    names = ("record_id", "playbook", "occasion", "counts_from", "stage_id", "run_id")
    kept, zone = playbook_sql_of(workspace).kept, workspace.time_zone
    today = at.astimezone(zone_of(zone)).date()
    found = rows(records=list(records), at=at, today=today, zone=zone, kept=kept)
    return [dict(zip(names, row, strict=True)) for row in found]


def _begin_found(workspace: Workspace, found: Sequence[Found], *, by: Member | None, at: datetime) -> list[UUID]:
    """Begin these, and the runs that came of it; what somebody else began meanwhile is left as it is."""
    if not found:
        return []
    begun = START.rows(
        found=json.dumps(found, default=str),
        kept=playbook_sql_of(workspace).kept,
        at=at,
        zone=workspace.time_zone,
        **_told(by),
    )
    finish([run_id for run_id, is_over in begun if is_over], at)
    return [run_id for run_id, _ in begun]


def begin(
    workspace: Workspace, record_id: UUID, playbook: str, *, counts_from: date, stage_id: UUID, by: Member, at: datetime
) -> list[UUID]:
    """Begin a playbook by hand, in the caller's transaction; no run where it is running."""
    found = {"record_id": record_id, "playbook": playbook, "occasion": f"by hand {at.isoformat()}"}
    return _begin_found(workspace, [found | {"counts_from": counts_from, "stage_id": stage_id}], by=by, at=at)


def take_steps(workspace: Workspace, at: datetime, *, limit: int = BATCH) -> int:
    """Take up to `limit` steps whose time to come is here, and how many there were. Safe to run any number of times at
    once: each step is claimed once, in one transaction with its task, event and notice."""
    known = playbook_sql_of(workspace)
    with transaction.atomic():
        rows = known.taken.rows(at=at, most=limit, kept=known.kept, **_versions())
        finish({run_id for (run_id,) in rows}, at)
    return len(rows)


def _close_what_is_done(known: PlaybookSql, record_ids: Sequence[UUID], at: datetime) -> None:
    undecided = RunStep.objects.filter(record_id__in=record_ids, state__in=["waiting", "open"])
    runs = list(undecided.order_by("run_id").values_list("run_id", flat=True).distinct())
    if runs and known.done:
        LOCK.rows(runs=runs)
        finish([run_id for (run_id,) in known.done.rows(records=list(record_ids), at=at, **_versions())], at)


def note_done(task: Task, at: datetime) -> None:
    """The task of a step was closed by somebody, who holds it: the step is done, and perhaps the playbook."""
    step = RunStep.objects.filter(task=task).first()
    if step is not None:
        list(PlaybookRun.objects.select_for_update(no_key=True).filter(pk=step.run_id))
        RunStep.objects.filter(pk=step.pk, state=RunStep.State.OPEN).update(state=RunStep.State.DONE, decided_at=at)
        finish([step.run_id], at)


def stop_where_left(workspace: Workspace, records: Collection[UUID], *, by: Member | None, at: datetime) -> None:
    """Stop the playbooks of these records that end where they are now. One query where none runs."""
    blueprint = blueprint_of(workspace)
    running = PlaybookRun.objects.filter(record_id__in=records, ended_at__isnull=True)
    stopping = {}
    for run_id, key, began, here in running.values_list("pk", "playbook", "stage_id", "record__stage_id"):
        reason = why_stopped(blueprint.playbooks_by_key.get(key), began == here, blueprint.stages_by_id[here])
        if reason:
            stopping[run_id] = reason
    stop(stopping, by=by, at=at)


def stop(reasons: Mapping[UUID, str], *, by: Member | None, at: datetime) -> None:
    """Stop these runs, each with its reason: what is still to come is let go. Two queries, none where there is none."""
    if reasons:
        LOCK.rows(runs=list(reasons))
        stopping = json.dumps({str(run_id): reason for run_id, reason in reasons.items()})
        STOP.run(stopping=stopping, at=at, **_told(by))


def finish(runs: Iterable[UUID], at: datetime) -> None:
    """End those of these runs of which nothing is to come. One query, none for no run."""
    if runs := list(runs):
        _run(FINISH, at, runs=runs)


def _run(statement: Any, at: datetime, **values: Any) -> None:
    statement.run(at=at, **values, **_versions())


def _versions() -> dict[str, Any]:
    return {"blueprint_version": blueprint_version.get(), "request_id": request_id.get()}


def _told(by: Member | None) -> dict[str, Any]:
    return {"by": by.pk if by else None, **_versions()}
