"""Chasing late tasks: whoever has one is reminded once, and a working day later it is raised to who is above them."""

import json
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from blueprint.documents import blueprint_of
from blueprint.schema import Blueprint
from core.businesstime import BadCalendar, NoWorkingHours, due_at
from core.people.models import Workspace
from core.sql import load

BATCH = 500
RAISED_AFTER = 480  # working minutes after it was due
CHASE_WORKSPACES = load("handoffs", "chase_workspaces")
LATE_TASKS = load("handoffs", "late_tasks")
REMIND_TASKS = load("handoffs", "remind_tasks")
RAISE_TASKS = load("handoffs", "raise_tasks")


def chase_tasks(workspace: Workspace, at: datetime, *, limit: int = BATCH) -> int:
    """Remind and raise up to `limit` late tasks each of the workspace in scope, and how many that were. Each once,
    however often it is looked for and by however many: what somebody else has in hand is skipped."""
    blueprint, version = blueprint_of(workspace), workspace.blueprint_version
    with transaction.atomic():
        late = LATE_TASKS.rows(at=at, most=limit)
        raise_at = {str(task_id): raised_at(blueprint, seam_id, due).isoformat() for task_id, due, seam_id in late}
        if raise_at:
            REMIND_TASKS.run(at=at, raise_at=json.dumps(raise_at), blueprint_version=version)
        due = raised_at(blueprint, None, at)
        [(raised,)] = RAISE_TASKS.rows(at=at, due=due, most=limit, blueprint_version=version)
        return len(late) + int(raised)


def raised_at(blueprint: Blueprint, seam_id: UUID | None, due: datetime) -> datetime:
    """When a task that is late since `due` is raised: by the hours of its seam, else of the first calendar; a day later
    where nobody ever works."""
    seam = blueprint.seams_by_id.get(seam_id) if seam_id else None
    calendars = [seam.calendar_terms] if seam else list(blueprint.calendars[:1])
    try:
        return due_at(calendars[0].hours, due, RAISED_AFTER)
    except (IndexError, BadCalendar, NoWorkingHours):
        return due + timedelta(days=1)
