"""The pages of tasks: list, board and calendar; making, changing, putting off and closing one."""

from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.views import View

from core.bounds import whole
from core.errors import BadInput
from core.http.paging import PAGE
from core.http.requests import WorkspaceRequest
from core.http.web import done, is_partial, listed, page, tried
from core.people.models import Member
from core.people.permissions import permit
from handoffs.actions import tasking
from handoffs.actions.reach import permit_task, tasks_in_reach
from handoffs.actions.tasks_by_hand import MANUAL, MOST_DAYS, WantedTask, edit_task, make_task, snooze
from handoffs.forms import OutcomeForm, TaskForm, TaskGivenForm
from handoffs.handoff_views import changed
from handoffs.models import Task
from handoffs.queries import inbox, task_lists, task_pages
from lifecycle.queries import record_for

LOOKS = {"list": "List", "board": "Board", "calendar": "Calendar"}


class Tasks(View):
    """Tasks as a list, a board by when they are due, or a month."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "handoff.read")
        asked, zone = request.GET, ZoneInfo(request.workspace.time_zone)
        when = "done" if asked.get("show") == "done" else asked.get("when", "open")
        look, whose = asked.get("look", "list"), asked.get("whose", "mine")
        context: dict[str, Any] = {
            "look": look if look in LOOKS else "list",
            "looks": LOOKS,
            "whose": whose,
            "when": when,
        }
        context |= {"whose_choices": task_lists.WHOSE, "when_choices": task_lists.WHEN}
        if look == "calendar":
            month = asked.get("month", "")
            context["month"] = task_lists.month_of_tasks(request.member, request.at, zone, whose=whose, month=month)
            return page(request, "handoffs/task_list.html", context)
        if look == "board":
            tasks = task_lists.tasks_where(request.member, whose=whose)
            context |= {"tasks": tasks, "is_cut": len(tasks) == task_lists.SHOWN}
            context["columns"] = task_lists.board_of_tasks(tasks, request.at, zone)
            return page(request, "handoffs/task_list.html", context)
        filters, order = {"whose": whose, "state": when}, "-done" if when == "done" else "due"
        found = task_pages.tasks_asked(request.member, filters, request.at)
        tasks, after = task_pages.task_page(found, order, asked.get("after", ""), PAGE)
        context |= listed(request, filters, after) | {"tasks": tasks, "done": when == "done"}
        context["seen_to"] = tasks_in_reach(request.member, tasks)
        return page(request, "handoffs/task_list.html", context, part="handoffs/_task_rows.html")


class NewTask(View):
    """Making a task, for oneself or, for who leads, for others."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "task.write")
        record = request.GET.get("record", "")
        form = TaskForm(of=request.member, initial={"record": record if record.isdecimal() else None})
        return page(request, "handoffs/task_form.html", {"form": form})

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "task.write")
        form = TaskForm(request.POST, of=request.member)
        if task := tried(form, _make, by=request.member, at=request.at):
            return done(request, f"Task #{task.number} is made.", "handoffs:tasks")
        return page(request, "handoffs/task_form.html", {"form": form}, status=422)


class TaskEdit(View):
    """Changing a task that somebody made, or giving any other to somebody else."""

    def get(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        return self._shown(request, task := self._task(request, number), _form(task, request.member))

    def post(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        task = self._task(request, number)
        form = _form(task, request.member, request.POST)
        if tried(form, _edit, task, by=request.member, at=request.at):
            return done(request, f"Task #{number} is changed.", "handoffs:tasks")
        return self._shown(request, task, form, 422)

    @staticmethod
    def _task(request: WorkspaceRequest, number: int) -> Task:
        permit(request.member, "task.write")
        permit_task(task := inbox.task_for(number), request.member)
        return task

    @staticmethod
    def _shown(request: WorkspaceRequest, task: Task, form: TaskGivenForm, status: int = 200) -> HttpResponse:
        return page(request, "handoffs/task_form.html", {"form": form, "task": task}, status=status)


def _form(task: Task, of: Member, *data: Any) -> TaskGivenForm:
    """Of what nobody made by hand only who has it can be another."""
    kept = _kept(task) | {"assignee": task.assignee_id, "record": task.record.number if task.record else None}
    shape = TaskForm if task.kind == MANUAL else TaskGivenForm
    return shape(*data, of=of, initial=kept)


def _kept(task: Task) -> dict[str, Any]:
    return {name: getattr(task, name) for name in ("title", "due_at", "repeats", "record")}


class Snooze(View):
    """Putting a task off by some days."""

    def post(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        permit(request.member, "task.write")
        days = whole(request.POST.get("days", "1"), "days", least=1, most=MOST_DAYS)
        task = snooze(inbox.task_for(number), days, by=request.member, at=request.at)
        if not is_partial(request):
            return done(request, "The task is put off.", "handoffs:tasks")
        return changed(request, "Put off.", "handoffs/_task_row.html", {"task": task, "seen_to": {task.pk}})


class Completion(View):
    """Closing a task with what came of it."""

    def post(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        form = OutcomeForm(request.POST)
        if not form.is_valid():
            raise BadInput("Say what came of it, in at most 300 letters.", code="outcome_needed", field="outcome")
        task = inbox.task_for(number)
        closed = tasking.complete_task(task, form.cleaned_data["outcome"], by=request.member, at=request.at)
        if not is_partial(request):
            return done(request, "The task is closed.", "handoffs:tasks")
        return changed(request, "Done.", "handoffs/_task_row.html", {"task": closed, "was_done_now": True})


def _make(*, record: int | None, by: Any, at: Any, **asked: Any) -> Task:
    return make_task(WantedTask(**asked, record=record_for(record) if record else None), by=by, at=at)


def _edit(task: Task, *, by: Any, at: Any, **asked: Any) -> Task:
    if number := asked.get("record"):
        asked["record"] = record_for(number)
    return edit_task(task, WantedTask(**_kept(task) | asked), by=by, at=at)
