"""A day of the scorecard is the workspace's own, across both changes of its clocks, kept or counted live."""

from datetime import UTC, date, datetime

import pytest

from core.people.models import Workspace
from core.tenancy.scope import workspace_scope
from lifecycle.actions.intake import Incoming, take_in
from scorecard import queries
from scorecard.actions import fold
from scorecard.queries.readings import courses
from tests.cast import MONDAY_10, Cast
from tests.governance.drafts import published
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


def test_windows_and_lengths_in_days_are_those_of_the_wall_over_a_change_of_clocks(cast: Cast) -> None:
    """Ninety days from midnight to midnight, an hour longer in autumn; thirty, an hour shorter in spring."""
    known = {"owner": "dana@acme.example", "segments": ["source"]}
    asked = {
        "within": ("conversion", "ratio", {"from": "sales/discovery", "to": "sales/closed_won", "within_days": 90}),
        "stayed": (
            "elapsed",
            "days",
            {"from": "stays.entered_at", "to": "stays.exited_at", "stages": "sales/discovery"},
        ),
        "hours": (
            "elapsed",
            "hours",
            {"from": "stays.entered_at", "to": "stays.exited_at", "stages": "sales/discovery"},
        ),
    }
    pasts = {"Autumn": ("2025-08-10T02:30Z", "2025-11-08T03:30Z"), "Spring": ("2025-02-20T03:30Z", "2025-03-22T02:30Z")}
    with workspace_scope(cast.acme):
        Workspace.objects.filter(pk=cast.acme.pk).update(time_zone="America/St_Johns")
        edits = [
            (
                ["metrics", {"key": key}],
                {"key": key, "label": key, "kind": kind, "unit": unit, "parameters": said, **known},
            )
            for key, (kind, unit, said) in asked.items()
        ]
        cast.acme = published(cast, edits)
        for name, moments in pasts.items():
            stages = zip(("discovery", "closed_won"), map(datetime.fromisoformat, moments), strict=True)
            row = Incoming(1, "opportunity", "crm", name, {"name": name, "source": name}, history=tuple(stages))
            assert not take_in(cast.acme, [row], by=cast.ada, at=MONDAY_10).rejected
        board = queries.board_of(cast.acme, MONDAY_10)
        found = courses(board, [*map(board.metric, asked)], *(date(2025, 1, 1), board.today), segment="source")
        told = {
            (key, name): int(course.figure(board.period("all")).value or 0)
            for key, by_source in found.items()
            for name, course in by_source.items()
        }
    assert told == {
        ("within", "Autumn"): 1,
        ("within", "Spring"): 1,
        ("stayed", "Autumn"): 90,
        ("stayed", "Spring"): 30,
        ("hours", "Autumn"): 90 * 24 + 1,
        ("hours", "Spring"): 30 * 24 - 1,
    }
