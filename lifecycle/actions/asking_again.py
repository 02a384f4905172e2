"""Asking records again when their time comes: what a gate or a score says of them can change by time alone.

The next such moment of each record is a column, worked out whenever the record is written; a pass takes those whose
moment has come, and nobody else."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from psycopg2.extensions import AsIs

from core.people.models import Workspace
from core.sql import load
from lifecycle.actions.rescoring import ask_anew
from lifecycle.ask_again_sql import ask_again_of
from lifecycle.models import Record

BATCH = 500
CAUSE = "time"
LATER = timedelta(hours=1)
NOW: Any = AsIs("now()")
DUE_WORKSPACES = load("lifecycle", "ask_again_workspaces")
CLAIM = load("lifecycle", "claim_ask_again")


def ask_due(workspace: Workspace, at: datetime | None = None, *, limit: int = BATCH) -> int:
    """Ask up to `limit` records of the workspace in scope whose moment has come, and how many there were.

    One transaction claims and asks them; whoever else asks skips them meanwhile. One that could not be asked is set
    aside for an hour. `at` None is the database's now."""
    with transaction.atomic():
        due = CLAIM.rows(at=at or NOW, most=limit)
        if not due:
            return 0
        found, at = [(record_id, kind) for record_id, kind, _ in due], due[0][2]
        words = "Record {}, asked because its time has come"
        ask_anew(workspace, found, at, CAUSE, words=words, later=LATER)
        if not ask_again_of(workspace).turns_sql:  # a version that asks nobody: those it was kept for are done
            Record.objects.filter(pk__in=[record_id for record_id, _ in found]).update(ask_again_at=None)
        return len(due)


def ask_soon(record_ids: Collection[UUID], at: datetime) -> None:
    """Ask these records at the next pass, for instance when what held them in their stage is gone. One query."""
    Record.objects.filter(pk__in=record_ids).update(ask_again_at=at)
