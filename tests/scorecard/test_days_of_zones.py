"""A day of the scorecard is the workspace's own, across both changes of its clocks, kept or counted live."""

from datetime import UTC, datetime

import pytest

from core.people.models import Workspace
from core.tenancy.scope import workspace_scope
from scorecard import queries
from scorecard.actions import fold
from scorecard.queries.readings import courses
from tests.cast import Cast
from tests.handoffs.factories import make_records

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("zone", "moments"),
    [
        (
            "America/New_York",
            {
                "2026-03-08T04:59Z": "2026-03-07",  # one minute to midnight, in winter time
                "2026-03-09T03:59Z": "2026-03-08",  # the day of 23 hours ends an hour earlier
                "2026-03-09T04:00Z": "2026-03-09",
                "2026-11-01T03:59Z": "2026-10-31",
                "2026-11-02T04:59Z": "2026-11-01",  # the day of 25 hours
                "2026-11-02T05:00Z": "2026-11-02",
            },
        ),
        (
            "Europe/Berlin",
            {
                "2026-03-28T22:59Z": "2026-03-28",
                "2026-03-29T21:59Z": "2026-03-29",
                "2026-03-29T22:00Z": "2026-03-30",
                "2026-10-25T22:59Z": "2026-10-25",
                "2026-10-25T23:00Z": "2026-10-26",
            },
        ),
        ("Asia/Kolkata", {"2026-03-02T18:29Z": "2026-03-02", "2026-03-02T18:30Z": "2026-03-03"}),
    ],
)
def test_a_moment_counts_on_the_day_it_is_there(cast: Cast, zone: str, moments: dict[str, str]) -> None:
    at = datetime(2026, 12, 1, 12, tzinfo=UTC)
    with workspace_scope(cast.acme):
        Workspace.objects.filter(pk=cast.acme.pk).update(time_zone=zone)
        cast.acme.refresh_from_db()
        for moment in moments:
            make_records(cast.acme, at=datetime.fromisoformat(moment), name=moment)

        def days() -> dict[str, str]:
            board = queries.board_of(cast.acme, at)
            found = queries.rows_behind(board, board.metric("mql_to_sql"), board.period("year"))
            return {row.name: row.day.isoformat() for row in found.rows}

        assert days() == moments
        fold(cast.acme, at)
        board = queries.board_of(cast.acme, at)
        course = courses(board, [board.metric("mql_to_sql")], board.today.replace(month=1), board.today)
        kept = {day.isoformat() for day, sums in course["mql_to_sql"][""].days.items() if sums.denominator}
        assert kept == set(moments.values())
