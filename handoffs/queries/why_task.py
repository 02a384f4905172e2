"""Why a task that a step of a ladder made is due when it is: since when the time runs, how much, and in whose hours."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F

from core.businesstime import WorkingCalendar, WorkStep
from handoffs.models import Escalation, Handoff, KeptHours, Task
from handoffs.rules.allowed import allowed
from handoffs.rules.halts import minutes_run, trace_around


@dataclass(frozen=True)
class ToldTask:
    """A task, the hours it is counted in, the minutes it gives, and each window between the two."""

    task: Task
    hours: WorkingCalendar
    counted_in: str
    minutes: float
    why: tuple[WorkStep, ...]


def tell_why_due(tasks: Iterable[Task]) -> None:
    """Note with those of these tasks that a step of a handoff's ladder made why they are due then. Two queries, and one
    where hours are not known; none where no task is about a handoff."""
    about = {each.pk: each for each in tasks if each.handoff_id and each.due_at and each.made_by_id is None}
    if not about:
        return
    made = Escalation.objects.filter(task__in=about, task__created_at=F("due_at")).values_list("task", flat=True)
    of = Handoff.objects.in_bulk({about[each].handoff_id for each in made})
    for each in made:
        about[each].told = _told(about[each], of[about[each].handoff_id])


def _told(task: Task, handoff: Handoff) -> ToldTask:
    seam = handoff.seam_terms
    hours = allowed(seam, handoff.sla_line, KeptHours.hours_of(task.hours_id)).hours
    line = seam.sla_by_key.get(handoff.sla_line)
    said = f"working time of “{seam.calendar_terms.label}”"
    if line.wall_time if line else seam.wall_time:
        said = "every minute, nights and days off too"
    elif task.hours_id:
        said = "working time of whoever got it, or of their team"
    assert task.due_at is not None, "what has no date asks for no reason"
    minutes = minutes_run(hours, task.created_at, task.due_at, ())
    return ToldTask(task, hours, said, minutes, trace_around(hours, task.created_at, task.due_at, ()))
