"""The pages of tasks."""

from django.http import HttpResponse
from django.views import View

from core.errors import BadInput
from core.http.requests import WorkspaceRequest
from core.http.web import done, is_partial, page
from core.people.permissions import permit
from handoffs.actions import tasking
from handoffs.forms import OutcomeForm
from handoffs.handoff_views import changed
from handoffs.queries import inbox


class Tasks(View):
    """My tasks: open ones, or done ones."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "handoff.read")
        done = request.GET.get("show") == "done"
        context = {"tasks": inbox.tasks_of(request.member, done=done), "done": done}
        return page(request, "handoffs/task_list.html", context, part="handoffs/_task_rows.html")


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
