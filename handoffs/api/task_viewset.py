"""The tasks' door for programs: the same actions as the pages, the same refusals."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from core.bounds import whole
from core.errors import BadInput
from core.http.api import Envelope
from core.http.paging import CURSOR, KeysetPages
from core.http.params import choice, moment, word
from core.http.requests import ApiRequest
from core.http.viewsets import ApiViewSet
from core.people.models import Member
from handoffs.actions.tasking import complete_task
from handoffs.actions.tasks_by_hand import WantedTask, edit_task, make_task, snooze
from handoffs.api import task_serializers as task_shapes
from handoffs.queries import inbox, task_lists, task_pages
from handoffs.queries.why_task import tell_why_due
from lifecycle.queries import record_for

REFUSED = {403: Envelope, 404: Envelope, 422: Envelope}
WHOSE = "The caller's own unless told; everybody's where `assignee`, `record` or `handoff` is named."
FILTERS = [
    OpenApiParameter("whose", str, enum=list(task_lists.WHOSE), description=WHOSE),
    OpenApiParameter("assignee", str, description="An e-mail address, an id, `me` or `none`."),
    OpenApiParameter("state", str, enum=list(task_pages.STATES), description="`open` unless told."),
    OpenApiParameter("kind", str, description="Such as `manual`, `breach`, `raise`, `returned`, `playbook`."),
    OpenApiParameter("record", int, description="Number of the record."),
    OpenApiParameter("handoff", int, description="Number of the handoff."),
    OpenApiParameter("due_before", datetime, description="Due earlier than this moment."),
    OpenApiParameter("due_after", datetime, description="Due at this moment or later."),
    OpenApiParameter("order", str, enum=task_pages.ORDERINGS, description="`due` unless told, of done ones `-done`."),
]


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
    pagination_class = KeysetPages
    lookup_url_kwarg, lookup_value_converter = "number", "int"

    @extend_schema(
        operation_id="tasks_list",
        parameters=[*FILTERS, *CURSOR],
        responses={200: task_shapes.TaskPageOut, **REFUSED},
    )
    def list(self, request: ApiRequest) -> Response:
        """Open ones of the caller, due first, unless told otherwise. What has no date comes last."""
        state = choice(request, "state", list(task_pages.STATES)) or "open"
        filters: dict[str, Any] = {each: word(request, each) for each in ("assignee", "kind")}
        for name in ("record", "handoff"):
            filters[name] = whole(given, name) if (given := word(request, name)) else None
        filters |= {name: moment(request, name) for name in ("due_before", "due_after")}
        usual = "all" if any(filters[each] for each in ("assignee", "record", "handoff")) else "mine"
        filters |= {"state": state, "whose": choice(request, "whose", list(task_lists.WHOSE)) or usual}
        order = choice(request, "order", task_pages.ORDERINGS) or ("-done" if state == "done" else "due")
        found = task_pages.tasks_asked(request.member, filters, request.at)
        return self.paged(lambda after, size: task_pages.task_page(found, order, after, size))

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
        """Change a task that somebody made, or give any other to somebody else; what is not named stays."""
        task = inbox.task_for(number)
        kept = {name: getattr(task, name) for name in ("title", "due_at", "repeats", "assignee", "record")}
        kept |= _task_asked(self.given(), request.member)
        kept["assignee"] = kept["assignee"] or request.member
        edit_task(task, WantedTask(**kept), by=request.member, at=request.at)
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

    @extend_schema(operation_id="tasks_read", responses={200: task_shapes.OneTaskOut, 404: Envelope})
    def retrieve(self, request: ApiRequest, number: int) -> Response:
        """What is to be done, by whom and when, and why then."""
        task = inbox.task_for(number)
        tell_why_due([task])
        return self.shown(task, task_shapes.OneTaskOut)

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
