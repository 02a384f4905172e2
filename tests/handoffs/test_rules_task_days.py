"""Days of tasks by the clock of the workspace."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from handoffs.rules.task_days import bucket_of, next_due

BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("due", "repeats", "after", "again"),
    [
        ("2026-03-02T09:00", "day", "2026-03-02T10:00", "2026-03-03T09:00"),
        ("2026-03-02T09:00", "day", "2026-03-01T10:00", "2026-03-03T09:00"),  # done before it was due
        ("2026-03-02T09:00", "week", "2026-03-20T10:00", "2026-03-23T09:00"),
        ("2026-03-27T09:00", "day", "2026-03-28T12:00", "2026-03-29T09:00"),  # the clock goes forward
        ("2026-01-31T09:00", "month", "2026-02-01T10:00", "2026-02-28T09:00"),
        ("2026-01-31T09:00", "month", "2026-03-05T10:00", "2026-03-31T09:00"),
        ("2026-12-15T09:00", "month", "2026-12-16T10:00", "2027-01-15T09:00"),
    ],
)
def test_a_task_comes_again_at_the_same_hour(due: str, repeats: str, after: str, again: str) -> None:
    assert next_due(at(due), repeats, BERLIN, at(after)) == at(again)


@pytest.mark.parametrize(
    ("due", "bucket"),
    [
        ("2026-03-04T11:59", "overdue"),
        ("2026-03-04T23:59", "today"),
        ("2026-03-05T00:00", "tomorrow"),
        ("2026-03-08T23:00", "week"),
        ("2026-03-09T00:00", "later"),
    ],
)
def test_a_board_sorts_by_local_days(due: str, bucket: str) -> None:
    assert bucket_of(at(due), at("2026-03-04T12:00"), BERLIN) == bucket
    assert bucket_of(None, at("2026-03-04T12:00"), BERLIN) == "undated"
