"""The tasks' door for programs: the same actions as the pages, the same refusals."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from core.errors import BadInput
from core.http.api import Envelope
from core.http.params import choice, flag
from core.http.requests import ApiRequest
from core.http.viewsets import ApiViewSet
from core.people.models import Member
from handoffs.actions.tasking import complete_task
from handoffs.actions.tasks_by_hand import WantedTask, edit_task, make_task, snooze
from handoffs.api import task_serializers as task_shapes
from handoffs.queries import inbox, task_lists
from lifecycle.queries import record_for

REFUSED = {403: Envelope, 404: Envelope, 422: Envelope}


@extend_schema(tags=["tasks"])
class TaskViewSet(ApiViewSet):
    """Tasks: of the caller, their team, or made by them."""

    verbs = {
        "list": "handoff.read",
        "retrieve": "handoff.read",
        "create": "task.write",
        "partial_update": "task.write",
        "snooze": "task.write",
        "completion": "task.complete",
    }
    serializer_class = task_shapes.TaskOut
    lookup_url_kwarg, lookup_value_converter = "number", "int"

    @extend_schema(
        operation_id="tasks_list",
        parameters=[
            OpenApiParameter("done", bool, description="Those done, newest first."),
            OpenApiParameter("whose", str, enum=list(task_lists.WHOSE), description="The caller's own unless told."),
            OpenApiParameter("overdue", bool, description="Only those that are late."),
        ],
        responses={200: task_shapes.TaskOut(many=True), **REFUSED},
    )
    def list(self, request: ApiRequest) -> Response:
        """Open ones due first, at most a hundred."""
        whose = choice(request, "whose", list(task_lists.WHOSE)) or "mine"
        when = "done" if flag(request, "done") else "overdue" if flag(request, "overdue") else "open"
        return self.shown(task_lists.tasks_where(request.member, request.at, whose=whose, when=when), many=True)

    @extend_schema(
        operation_id="tasks_make", request=task_shapes.TaskIn, responses={201: task_shapes.TaskOut, **REFUSED}
    )
    def create(self, request: ApiRequest) -> Response:
        """Make a task, for the caller unless somebody else is named."""
        asked = _task_asked({"assignee": None, **self.given()}, request.member)
        task = make_task(WantedTask(**asked), by=request.member, at=request.at)
        return self.shown(inbox.task_for(task.number), status=201)

    @extend_schema(
        operation_id="tasks_change",
        request=task_shapes.TaskPatch,
        responses={200: task_shapes.TaskOut, 409: Envelope, **REFUSED},
    )
    def partial_update(self, request: ApiRequest, number: int) -> Response:
        """Change a task that somebody made; what is not named stays."""
        task = inbox.task_for(number)
        kept = {name: getattr(task, name) for name in ("title", "due_at", "repeats", "assignee", "record")}
        edit_task(
            task, WantedTask(**kept | _task_asked(self.given(), request.member)), by=request.member, at=request.at
        )
        return self.shown(inbox.task_for(number))

    @extend_schema(
        operation_id="tasks_snooze",
        request=task_shapes.SnoozeIn,
        responses={200: task_shapes.TaskOut, 409: Envelope, **REFUSED},
    )
    @action(detail=True, methods=["post"])
    def snooze(self, request: ApiRequest, number: int) -> Response:
        """Put a task off by so many days, from when it is due or, where that is over, from now."""
        snooze(inbox.task_for(number), self.given()["days"], by=request.member, at=request.at)
        return self.shown(inbox.task_for(number))

    @extend_schema(operation_id="tasks_read", responses={200: task_shapes.TaskOut, 404: Envelope})
    def retrieve(self, request: ApiRequest, number: int) -> Response:
        """What is to be done, by whom and when."""
        return self.shown(inbox.task_for(number))

    @extend_schema(
        operation_id="tasks_complete",
        request=task_shapes.OutcomeIn,
        responses={200: task_shapes.TaskOut, 409: Envelope, **REFUSED},
    )
    @action(detail=True, methods=["post"])
    def completion(self, request: ApiRequest, number: int) -> Response:
        """Close a task with what came of it."""
        outcome = self.given()["outcome"]
        complete_task(inbox.task_for(number), outcome, by=request.member, at=request.at)
        return self.shown(inbox.task_for(number))


def _task_asked(given: dict[str, Any], by: Member) -> dict[str, Any]:
    """The parts of a task that were sent, with the people and records they name. Raises BadInput, NotFound."""
    asked = dict(given)
    if "assignee" in asked:
        address = asked["assignee"]
        asked["assignee"] = _person(address) if address else by
    if "record" in asked:
        asked["record"] = record_for(asked["record"]) if asked["record"] else None
    return asked


def _person(address: str) -> Member:
    found = Member.objects.filter(email=address.strip().lower(), is_active=True).first()
    if found is None:
        raise BadInput("There is no active member with this address.", code="unknown_member", field="assignee")
    return found
