"""Noting who took figures or rows out as a file: admins read it in the security log."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from core.history.actions import record
from core.people.models import Member


@transaction.atomic
def note_export(what: str, *, rows: int, query: str = "", by: Member, at: datetime) -> None:
    """One event: which file, how many lines, and what was asked."""
    record("export.taken", by, at=at, actor=by, facts={"what": what, "rows": rows, "query": query[:500]})
