"""Asking records again when their time comes: what a gate or a score says of them can change by time alone.

The next such moment of each record is a column, worked out whenever the record is written; a pass takes those whose
moment has come, and nobody else."""

import logging
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from psycopg2.extensions import AsIs

from core.database import scanner_cursor
from core.history.actions import tell
from core.operating.setting_aside import done_well, set_aside
from core.people.models import Workspace
from core.sql import load
from lifecycle.actions import journeys
from lifecycle.actions.rescoring import RESCORING
from lifecycle.ask_again_sql import ask_again_of
from lifecycle.intake.batch_rows import Incoming
from lifecycle.intake.upsert import Batch
from lifecycle.models import Record

log = logging.getLogger(__name__)
BATCH = 500
CAUSE = "time"
LATER = timedelta(hours=1)
NOW: Any = AsIs("now()")
DUE_WORKSPACES = load("lifecycle", "ask_again_workspaces")
CLAIM = load("lifecycle", "claim_ask_again")


class DueRecord(NamedTuple):
    """A record whose time has come."""

    id: UUID
    kind: str
    at: datetime


def due_workspaces() -> list[UUID]:
    """Workspaces with a record to ask, as the scanner role sees them. One query."""
    with scanner_cursor() as cursor:
        cursor.execute(DUE_WORKSPACES.text)
        return [UUID(str(row[0])) for row in cursor.fetchall()]


def ask_due(workspace: Workspace, at: datetime | None = None, *, limit: int = BATCH) -> int:
    """Ask up to `limit` records of the workspace in scope whose moment has come, and how many there were.

    One transaction claims and asks them; whoever else asks skips them meanwhile. A batch that raises is asked one by
    one: the bad row is set aside for an hour, the others go on. `at` None is the database's now."""
    with transaction.atomic():
        due = _claim(at, limit)
        if not due:
            return 0
        try:
            _ask(workspace, due)
        except Exception:  # whatever is wrong with one record must not stop the others
            log.exception("a batch of %s records could not be asked again; asking them one by one", len(due))
            for each in due:
                _ask_alone(workspace, each)
        return len(due)


def _claim(at: datetime | None, limit: int) -> list[DueRecord]:
    return [DueRecord(*row) for row in CLAIM.rows(at=at or NOW, most=limit)]


def _ask(workspace: Workspace, due: Sequence[DueRecord]) -> None:
    at = due[0].at
    rows = [
        Incoming(line, each.kind, record_id=each.id, is_asked_again=True, is_read=True) for line, each in enumerate(due)
    ]
    with transaction.atomic():
        batch = Batch(workspace, None, at, CAUSE, is_first_only=False, of=None)
        batch.take(rows)
        batch.settle()
        if not ask_again_of(workspace).turns_sql:  # a version that asks nobody: those it was kept for are done
            Record.objects.filter(pk__in=[each.id for each in due]).update(ask_again_at=None)
        done_well(RESCORING, [each.id for each in due])
        if batch.outcome.updated:
            tell("records.scored", record_ids=list(batch.outcome.ids.values()), at=at)
        journeys.after_entering(workspace, batch.outcome.entered, followers=batch.followers, by=None, at=at)


def _ask_alone(workspace: Workspace, each: DueRecord) -> None:
    try:
        _ask(workspace, [each])
    except Exception as trouble:  # kept with its reason, and asked again in an hour
        log.exception("record %s could not be asked again", each.id)
        Record.objects.filter(pk=each.id).update(ask_again_at=each.at + LATER)
        number = Record.objects.values_list("number", flat=True).get(pk=each.id)
        what = f"Record {number}, asked because its time has come"
        set_aside(RESCORING, each.id, what=what, trouble=trouble, at=each.at, next_try_at=each.at + LATER)


def ask_soon(record_ids: Collection[UUID], at: datetime) -> None:
    """Ask these records at the next pass, for instance when what held them in their stage is gone. One query."""
    Record.objects.filter(pk__in=record_ids).update(ask_again_at=at)
