"""Tasks, for programs."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from core.http.api import Envelope
from core.http.params import flag
from core.http.requests import ApiRequest
from core.http.viewsets import ApiViewSet
from handoffs import queries
from handoffs.actions.tasking import complete_task
from handoffs.api import serializers as shapes

REFUSED = {403: Envelope, 404: Envelope, 422: Envelope}


@extend_schema(tags=["tasks"])
class TaskViewSet(ApiViewSet):
    """Tasks of the caller."""

    verbs = {"list": "handoff.read", "retrieve": "handoff.read", "completion": "task.complete"}
    serializer_class = shapes.TaskOut
    lookup_url_kwarg, lookup_value_converter = "number", "int"

    @extend_schema(
        operation_id="tasks_list",
        parameters=[OpenApiParameter("done", bool, description="Those done, newest first.")],
        responses={200: shapes.TaskOut(many=True), **REFUSED},
    )
    def list(self, request: ApiRequest) -> Response:
        """Open ones due first, at most a hundred."""
        return self.shown(queries.tasks_of(request.member, done=flag(request, "done") is True), many=True)

    @extend_schema(operation_id="tasks_read", responses={200: shapes.TaskOut, 404: Envelope})
    def retrieve(self, request: ApiRequest, number: int) -> Response:
        """What is to be done, by whom and when."""
        return self.shown(queries.task_for(number))

    @extend_schema(
        operation_id="tasks_complete",
        request=shapes.OutcomeIn,
        responses={200: shapes.TaskOut, 409: Envelope, **REFUSED},
    )
    @action(detail=True, methods=["post"])
    def completion(self, request: ApiRequest, number: int) -> Response:
        """Close a task with what came of it."""
        outcome = self.given()["outcome"]
        complete_task(queries.task_for(number), outcome, by=request.member, at=request.at)
        return self.shown(queries.task_for(number))
