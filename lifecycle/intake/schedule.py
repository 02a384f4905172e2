"""Keeping when each record is asked again, whenever it is written."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from core.people.models import Workspace
from core.sql import load
from lifecycle.ask_again_sql import ask_again_of

SCHEDULE = load("lifecycle", "schedule_ask_again")


def schedule(workspace: Workspace, record_ids: Collection[UUID], at: datetime) -> None:
    """Work out anew when these records, which were just written, are asked again. One query; none where the blueprint
    says nothing that time alone could change."""
    turns = ask_again_of(workspace).turns_sql
    if turns and record_ids:
        SCHEDULE.fill(turns=turns).run(records=list(record_ids), at=at)
