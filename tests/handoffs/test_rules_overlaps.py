"""Days on which several of a team are away, on plain values."""

from datetime import date, timedelta
from uuid import UUID

from handoffs.rules.overlaps import overlaps

RICK, ROSA, RUTH = (UUID(int=each) for each in (1, 2, 3))
DAYS = [date(2026, 3, 1) + timedelta(days=each) for each in range(31)]


def test_runs_of_days_with_the_same_people_are_one() -> None:
    def days(*numbers: int) -> set[date]:
        return {DAYS[each - 1] for each in numbers}

    away = {RICK: days(2, 3, 4, 9), ROSA: days(3, 4, 5, 9), RUTH: days(4)}
    found = overlaps(away, {"Sales": [RICK, ROSA, RUTH], "Solo": [RUTH], "Nobody": []}, DAYS)
    assert [(each.team, each.first.day, each.last.day, each.people, each.is_everybody) for each in found] == [
        ("Sales", 3, 3, (RICK, ROSA), False),
        ("Sales", 4, 4, (RICK, ROSA, RUTH), True),
        ("Solo", 4, 4, (RUTH,), True),
        ("Sales", 9, 9, (RICK, ROSA), False),
    ]
