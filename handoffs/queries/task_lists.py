"""Tasks as lists, a board and a calendar show them."""

from calendar import Calendar
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from core.errors import BadInput
from core.people.models import Member, TeamSeat
from handoffs.models import Task
from handoffs.rules.task_days import BUCKETS, bucket_of

SHOWN = 100  # whoever has more has another problem
WHOSE = {"mine": "Mine", "team": "My team's", "made": "Made by me", "all": "Everybody's"}
WHEN = {"open": "Open", "overdue": "Overdue", "done": "Done"}
RELATED = ("assignee", "handoff", "record", "done_by", "made_by", "about")


def tasks_where(member: Member, *, whose: str = "mine") -> list[Task]:
    """Open ones, due first; at most a hundred. One query. Raises BadInput."""
    found = Task.objects.filter(whose_tasks(member, whose), done_at__isnull=True).select_related(*RELATED)
    return list(found.order_by("due_at", "number")[:SHOWN])


def whose_tasks(member: Member, whose: str) -> Q:
    """The tasks of one of `WHOSE`, seen by this member. No query. Raises BadInput."""
    if whose not in WHOSE:
        raise BadInput(f"Choose one of: {', '.join(WHOSE)}.", field="whose")
    if whose == "mine":
        return Q(assignee=member)
    if whose == "all":
        return Q()
    if whose == "made":
        return Q(made_by=member)
    mine = TeamSeat.objects.filter(Q(member=member) | Q(team__manager=member)).values("team_id")
    return Q(assignee__in=TeamSeat.objects.filter(team__in=mine).values("member_id"))


@dataclass(frozen=True)
class TaskColumn:
    """A column of the board."""

    key: str
    label: str
    tasks: list[Task]


def board_of_tasks(tasks: list[Task], at: datetime, zone: ZoneInfo) -> list[TaskColumn]:
    """Open tasks by when they are due; columns that are empty are there, but the one without a date. No query."""
    found: dict[str, list[Task]] = defaultdict(list)
    for task in tasks:
        found[bucket_of(task.due_at, at, zone)].append(task)
    return [TaskColumn(key, label, found[key]) for key, label in BUCKETS.items() if found[key] or key != "undated"]


@dataclass(frozen=True)
class TaskDay:
    """A day of the calendar."""

    day: date
    is_in_month: bool
    is_today: bool
    tasks: list[Task]


@dataclass(frozen=True)
class TaskMonth:
    """A month of weeks, each from Monday on, and the months beside it."""

    first: date
    weeks: list[list[TaskDay]]
    before: str
    after: str


def month_of_tasks(member: Member, at: datetime, zone: ZoneInfo, *, whose: str, month: str = "") -> TaskMonth:
    """The open tasks of a month (`2026-03`; the present one unless it is told), by the day on which they are due. One
    query. Raises BadInput."""
    first = first_of_month(month, at.astimezone(zone).date())
    weeks = Calendar().monthdatescalendar(first.year, first.month)
    since, until = (datetime.combine(day, time(), zone) for day in (weeks[0][0], weeks[-1][-1] + timedelta(days=1)))
    found: QuerySet[Task] = Task.objects.filter(whose_tasks(member, whose), due_at__gte=since, due_at__lt=until)
    by_day: dict[date, list[Task]] = defaultdict(list)
    for task in found.filter(done_at__isnull=True).select_related(*RELATED).order_by("due_at", "number")[: 5 * SHOWN]:
        if task.due_at is not None:
            by_day[task.due_at.astimezone(zone).date()].append(task)
    today = at.astimezone(zone).date()
    days = [[TaskDay(day, day.month == first.month, day == today, by_day[day]) for day in week] for week in weeks]
    before, after = (first - timedelta(days=1)), (first + timedelta(days=32))
    return TaskMonth(first, days, f"{before:%Y-%m}", f"{after:%Y-%m}")


def first_of_month(month: str, today: date) -> date:
    """The first day of the month that is asked for, or of the present one. Raises BadInput."""
    if not month:
        return today.replace(day=1)
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        first = date.min
    if not 2000 <= first.year <= 2100:
        raise BadInput("Write a month such as 2026-03.", field="month")
    return first
