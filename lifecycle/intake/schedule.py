"""Keeping when each record is asked again, whenever it is written."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import connection

from core.people.models import Workspace
from core.tenancy.scope import here
from lifecycle.asking_sql import asking_of

SCHEDULE = """
update lifecycle_record t set ask_again_at = w.moment
from (select r.id, {moment} as moment from lifecycle_record r
      where r.workspace_id = %(workspace)s and r.id = any(%(records)s)) w
where t.workspace_id = %(workspace)s and t.id = w.id and t.ask_again_at is distinct from w.moment
"""


def schedule(workspace: Workspace, record_ids: Collection[UUID], at: datetime) -> None:
    """Work out anew when these records, which were just written, are asked again. One query; none where the blueprint
    says nothing that time alone could change."""
    moment = asking_of(workspace).moment_sql
    if moment and record_ids:
        with connection.cursor() as cursor:
            params = {"workspace": here(), "records": list(record_ids), "at": at}
            cursor.execute(SCHEDULE.format(moment=moment), params)
