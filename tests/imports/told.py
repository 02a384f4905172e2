"""Files told as text, brought in by Ada, and what became of them."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from core.tenancy.scope import workspace_scope
from imports import opening, starting
from imports import run as running
from lifecycle.models import Import, Record, Rejection, StageStay
from tests.cast import ACMES_ZONE, Cast

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
NAMED = {"ID": "external_id", "Name": "name"}
PAST = """ID,Stage,Opened,Closed
1,Won,2026-01-05,2026-02-01
2,Lost,2026-01-06,2026-01-20
3,Engaging,2026-01-07,
4,Prospecting,,
"""
PAST_COLUMNS = {"ID": "external_id", "Stage": "stage", "Opened": "entered:qualification", "Closed": "closes_on"}
PAST_WORDS = {"Won": "closed_won", "Lost": "closed_lost", "Engaging": "qualification", "Prospecting": "discovery"}


def deals(count: int) -> str:
    return "ID,Name\n" + "".join(f"{number},Deal {number}\n" for number in range(count))


def receive(cast: Cast, text: str, columns: dict[str, str], at: datetime = AT, **more: Any) -> Import:
    with workspace_scope(cast.acme):
        cast.ada.workspace = cast.acme
        given = {"target": "opportunities", "columns": columns, **more}
        job = opening.receive(file_name="f.csv", content=text.encode(), given=given, by=cast.ada, at=at)
        return starting.start(job, by=cast.ada, at=at)


def run(cast: Cast, job: Import, at: datetime = AT, turns: int | None = None) -> Import:
    """Let the worker run; `turns` chunks at most."""
    left = iter(range(turns)) if turns is not None else None
    until = (lambda: next(left, None) is None) if left is not None else lambda: False
    running.run_workspace(cast.acme.pk, clock=lambda: at, until=until)
    with workspace_scope(cast.acme):
        job.refresh_from_db()
    return job


def bring_in(cast: Cast, text: str, columns: dict[str, str], at: datetime = AT, **more: Any) -> Import:
    return run(cast, receive(cast, text, columns, at, **more), at)


def counts(job: Import) -> tuple[int, int, int, int]:
    return (job.created_count, job.updated_count, job.unchanged_count, job.rejected_count)


def reasons(cast: Cast, job: Import) -> dict[str, int]:
    with workspace_scope(cast.acme):
        return dict(Counter(Rejection.objects.filter(of=job).values_list("code", flat=True)))


def record(cast: Cast, external_id: str) -> Record:
    with workspace_scope(cast.acme):
        return Record.objects.select_related("stage", "account", "owner").get(external_ids__value=external_id)


def midnight(year: int, month: int, day: int) -> datetime:
    """A day of a file begins where the workspace is."""
    return datetime(year, month, day, tzinfo=ZoneInfo(ACMES_ZONE))


def past_of(cast: Cast, external_id: str) -> list[tuple[str, datetime]]:
    with workspace_scope(cast.acme):
        stays = StageStay.objects.filter(record__external_ids__value=external_id).order_by("entered_at")
        return [(stay.stage.key, stay.entered_at) for stay in stays.select_related("stage")]
