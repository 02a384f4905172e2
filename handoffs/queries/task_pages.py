"""Long lists of tasks, a page at a time: by when they are due, were made or were done."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from core.errors import BadInput
from core.http.paging import BadMark
from core.people.models import Member
from handoffs.models import Task
from handoffs.queries.task_lists import RELATED, WHEN, whose_tasks

# What an order is by; numbers follow the making.
ORDERS = {"due": "due_at", "made": "number", "done": "done_at"}
ORDERINGS = [f"{sign}{each}" for each in ORDERS for sign in ("", "-")]
STATES = {**WHEN, "all": "All"}


def tasks_asked(member: Member, filters: Mapping[str, Any], at: datetime) -> QuerySet[Task]:
    """Tasks by whose they are (`whose`, an `assignee` by id, address, `me` or `none`), `state`, `kind`, the number of
    their `record` or `handoff`, due before and after a moment, unless a filter is empty. No query. Raises BadInput."""
    found = Task.objects.filter(whose_tasks(member, filters["whose"]))
    if assignee := filters.get("assignee"):
        found = found.filter(_with(assignee, member))
    named = {"kind": "kind", "record": "record__number", "handoff": "handoff__number"}
    named |= {"due_before": "due_at__lt", "due_after": "due_at__gte"}
    found = found.filter(
        **{field: filters[name] for name, field in named.items() if filters.get(name) not in (None, "")}
    )
    if (state := filters["state"]) not in STATES:
        raise BadInput(f"Choose one of: {', '.join(STATES)}.", field="state")
    if state == "done":
        return found.filter(done_at__isnull=False)
    if state == "overdue":
        found = found.filter(due_at__lt=at)
    return found if state == "all" else found.filter(done_at__isnull=True)


def task_page(found: QuerySet[Task], order: str, after: str, size: int) -> tuple[list[Task], str]:
    """One page of tasks in one of `ORDERINGS`, and the mark of the next, "" when there is none. What has no such date
    comes last. Two queries, or three where dates end: keys are found before anything is joined to their rows. Raises
    BadMark, BadInput."""
    if order not in ORDERINGS:
        raise BadInput(f"Choose one of: {', '.join(ORDERINGS)}.", field="order")
    field, sign = ORDERS[order.removeprefix("-")], order[: order.startswith("-")]
    at, number = _read_mark(after)
    keys: list[UUID] = []
    if field != "number" and (at or number is None):
        dated = found.filter(**{f"{field}__isnull": False}).order_by(f"{sign}{field}", f"{sign}number")
        keys += _beyond(dated, field, sign, at, number).values_list("pk", flat=True)[: size + 1]
    if len(keys) <= size:
        rest = found.order_by(f"{sign}number")
        if field != "number":
            rest = rest.filter(**{f"{field}__isnull": True})
        if number is not None and at is None:
            rest = rest.filter(**{f"number__{_past(sign)}": number})
        keys += rest.values_list("pk", flat=True)[: size + 1 - len(keys)]
    there = Task.objects.select_related(*RELATED).in_bulk(keys)
    rows = [there[each] for each in keys if each in there]
    return (rows, "") if len(rows) <= size else (rows[:size], _mark(rows[size - 1], field))


def _beyond(found: QuerySet[Task], field: str, sign: str, at: datetime | None, number: int | None) -> QuerySet[Task]:
    if at is None:
        return found
    past = _past(sign)
    further = Q(**{f"{field}__{past}": at}) | Q(**{field: at, f"number__{past}": number})
    return found.filter(further, **{f"{field}__{past}e": at})  # an index begins here, where an "or" alone would not


def _past(sign: str) -> str:
    return "lt" if sign else "gt"


def _mark(task: Task, field: str) -> str:
    at = None if field == "number" else getattr(task, field)
    return f"{round(at.timestamp() * 1_000_000) if at else ''}_{task.number}"


def _read_mark(mark: str) -> tuple[datetime | None, int | None]:
    if not mark:
        return None, None
    at, _, number = mark.partition("_")
    try:
        if not (number.isascii() and number.isdecimal() and len(number) < 19):
            raise ValueError(mark)
        return datetime.fromtimestamp(int(at) / 1_000_000, tz=UTC) if at else None, int(number)
    except (ValueError, OverflowError, OSError):
        raise BadMark("This page mark is not one of ours.", field="after") from None


def _with(assignee: str, member: Member) -> Q:
    if assignee == "me":
        return Q(assignee=member)
    if assignee == "none":
        return Q(assignee__isnull=True)
    if "@" in assignee:
        return Q(assignee__in=list(Member.objects.filter(email=assignee.lower()).values_list("pk", flat=True)))
    try:
        return Q(assignee=UUID(assignee))
    except ValueError:
        raise BadInput("Name somebody by address.", field="assignee") from None
