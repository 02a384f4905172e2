"""Which passes over workspaces fail now, as the scanner sees all workspaces."""

from datetime import datetime
from typing import NamedTuple

from core.database import scanner_cursor


class FailingSweep(NamedTuple):
    """A sweep that fails for some workspaces."""

    sweep: str
    workspaces: int
    since: datetime


def failing_sweeps() -> list[FailingSweep]:
    """The longest first."""
    with scanner_cursor() as cursor:
        cursor.execute("select sweep, count(*), min(since) from workspaces_sweeptrouble group by sweep order by 3")
        return [FailingSweep(*row) for row in cursor.fetchall()]
