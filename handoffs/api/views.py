"""The handoffs' door for programs: the same actions as the pages, the same refusals."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.errors import BadInput, NotFound
from core.http.api import Envelope
from core.http.params import MOST, USUAL, body, next_url, page_size, word
from core.people.models import Member
from handoffs import queries
from handoffs.actions import answering, asking, offering, packing, reassigning, tasking
from handoffs.api import serializers as shapes
from handoffs.blueprint import handoffs_of
from handoffs.models import Handoff
from lifecycle.queries import record_for

REFUSED = {403: Envelope, 404: Envelope, 422: Envelope}
ANSWERED = {200: shapes.HandoffOut, 409: Envelope, **REFUSED}
FILTERS = ("seam", "state", "assignee", "record", "late")
FAR_NUMBER = 2**63 - 1


class Handoffs(APIView):
    """Handoffs: read the newest, offer one."""

    verbs = {"GET": "handoff.read", "POST": "handoff.offer"}

    @extend_schema(
        operation_id="handoffs_list",
        tags=["handoffs"],
        parameters=[
            OpenApiParameter("seam", str, description="Key of the seam."),
            OpenApiParameter("state", str, enum=Handoff.State.values),
            OpenApiParameter("assignee", str, description="An e-mail address, an id, `me` or `none`."),
            OpenApiParameter("record", int, description="Number of the record."),
            OpenApiParameter("late", bool, description="Past due, or answered late."),
            OpenApiParameter("cursor", str, description="From `next` of the page before."),
            OpenApiParameter("limit", int, description=f"1 to {MOST}; {USUAL} unless told."),
        ],
        responses={200: shapes.HandoffPageOut, **REFUSED},
    )
    def get(self, request: Request) -> Response:
        """Newest first."""
        filters = {key: word(request, key) for key in FILTERS}
        if filters["assignee"] == "me":
            filters["assignee"] = str(request.member.pk)
        found = queries.handoffs_matching(handoffs_of(request.workspace), filters, request.at)
        rows, after = queries.page_of(found, word(request, "cursor"), page_size(request))
        told = [shapes.handoff_out(queries.card_for(each, request.at)) for each in rows]
        return Response({"next": next_url(request, after), "results": told})

    @extend_schema(
        operation_id="handoffs_offer",
        tags=["handoffs"],
        request=shapes.OfferIn,
        responses={201: shapes.HandoffOut, **REFUSED},
    )
    def post(self, request: Request) -> Response:
        """Offer a record that stands at the seam, for instance again after it was returned."""
        asked = body(request, shapes.OfferIn)
        record = record_for(asked["record"])
        handoff = offering.offer(record, asked["seam"], by=request.member, at=request.at, packet=asked["packet"])
        return Response(_told(request, handoff.number), status=201)


class HandoffByNumber(APIView):
    """One handoff."""

    verbs = {"GET": "handoff.read"}

    @extend_schema(operation_id="handoffs_read", tags=["handoffs"], responses={200: shapes.PassageOut, 404: Envelope})
    def get(self, request: Request, number: int) -> Response:
        """Everything about it: rules tried, pool, hands, ladder."""
        handoff = queries.handoff_for(number)
        card = queries.card_for(handoff, request.at)
        return Response(shapes.passage_out(card, queries.passage_of(handoff, request.at)))


class Acceptance(APIView):
    """Taking it."""

    verbs = {"POST": "handoff.answer"}

    @extend_schema(operation_id="handoffs_accept", tags=["handoffs"], request=None, responses=ANSWERED)
    def post(self, request: Request, number: int) -> Response:
        """Accept: unmet criteria and packet gaps are named in `facts`; answered already is 409."""
        answering.accept(queries.handoff_for(number), by=request.member, at=request.at)
        return Response(_told(request, number))


class Rejection(APIView):
    """Refusing it."""

    verbs = {"POST": "handoff.answer"}

    @extend_schema(operation_id="handoffs_reject", tags=["handoffs"], request=shapes.RejectIn, responses=ANSWERED)
    def post(self, request: Request, number: int) -> Response:
        """Reject with a reason code; its disposition says where the record goes."""
        asked = body(request, shapes.RejectIn)
        answering.reject(
            queries.handoff_for(number),
            asked["reason"],
            asked["note"],
            by=request.member,
            at=request.at,
            gaps=asked["gaps"],
        )
        return Response(_told(request, number))


class Recall(APIView):
    """Taking it back."""

    verbs = {"POST": "handoff.offer"}

    @extend_schema(operation_id="handoffs_recall", tags=["handoffs"], request=shapes.RecallIn, responses=ANSWERED)
    def post(self, request: Request, number: int) -> Response:
        """The sender, or a manager, takes an open handoff back."""
        note = body(request, shapes.RecallIn)["note"]
        answering.recall(queries.handoff_for(number), note, by=request.member, at=request.at)
        return Response(_told(request, number))


class Assignment(APIView):
    """Giving it to somebody else."""

    verbs = {"POST": "handoff.reassign"}

    @extend_schema(operation_id="handoffs_reassign", tags=["handoffs"], request=shapes.AssignIn, responses=ANSWERED)
    def post(self, request: Request, number: int) -> Response:
        """Reassign an open handoff; the clock starts anew."""
        asked = body(request, shapes.AssignIn)
        to = Member.objects.filter(email=asked["to"].strip().lower(), is_active=True).first()
        if to is None:
            raise BadInput("There is no active member with this address.", code="unknown_member", field="to")
        handoff = queries.handoff_for(number)
        reassigning.reassign(handoff, to, by=request.member, at=request.at, note=asked["note"])
        return Response(_told(request, number))


class Packet(APIView):
    """What the sender tells the receiver."""

    verbs = {"PATCH": "handoff.offer"}

    @extend_schema(
        operation_id="handoffs_packet",
        tags=["handoffs"],
        request={"application/json": {"type": "object", "additionalProperties": {"type": "string"}}},
        responses=ANSWERED,
    )
    def patch(self, request: Request, number: int) -> Response:
        """Fill items of the packet, by key; items not given stay as they are."""
        if not isinstance(request.data, dict):
            raise BadInput("Send an object of items.", code="wrong_type")
        packing.save_packet(queries.handoff_for(number), request.data, by=request.member, at=request.at)
        return Response(_told(request, number))


class PathOfRecord(APIView):
    """Where did this lead go?"""

    verbs = {"GET": "handoff.read"}

    @extend_schema(
        operation_id="records_path", tags=["handoffs"], responses={200: shapes.PassageOut(many=True), 404: Envelope}
    )
    def get(self, request: Request, number: int) -> Response:
        """Every handoff of a record, oldest first, each with rules tried, pool, hands and ladder. A person who asks is
        counted as one routing question, once a day for each record."""
        if number > FAR_NUMBER:
            raise NotFound
        record = record_for(number)
        asking.ask_where_it_went(record, by=request.member, at=request.at)
        found = queries.path_of(record, request.at)
        return Response([shapes.passage_out(queries.card_for(p.handoff, request.at), p) for p in found])


class RoutingQuestions(APIView):
    """How often did people have to ask where a lead went?"""

    verbs = {"GET": "handoff.read"}

    @extend_schema(operation_id="routing_questions", tags=["handoffs"], responses=shapes.QuestionsOut)
    def get(self, request: Request) -> Response:
        """Questions of the last 30 days, and whole days since the last one (null when there never was one)."""
        return Response(shapes.QuestionsOut(queries.questions(request.at)).data)


class Tasks(APIView):
    """My tasks."""

    verbs = {"GET": "handoff.read"}

    @extend_schema(
        operation_id="tasks_list",
        tags=["tasks"],
        parameters=[OpenApiParameter("done", bool, description="Those done, newest first.")],
        responses={200: shapes.TaskOut(many=True), **REFUSED},
    )
    def get(self, request: Request) -> Response:
        """Open ones due first, at most a hundred."""
        done = word(request, "done")
        if done not in ("", "true", "false"):
            raise BadInput("Say true or false.", field="done")
        return Response([shapes.task_out(each) for each in queries.tasks_of(request.member, done=done == "true")])


class TaskByNumber(APIView):
    """One task."""

    verbs = {"GET": "handoff.read"}

    @extend_schema(operation_id="tasks_read", tags=["tasks"], responses={200: shapes.TaskOut, 404: Envelope})
    def get(self, request: Request, number: int) -> Response:
        """What is to be done, by whom and when."""
        return Response(shapes.task_out(queries.task_for(number)))


class Completion(APIView):
    """Closing a task."""

    verbs = {"POST": "task.complete"}

    @extend_schema(
        operation_id="tasks_complete",
        tags=["tasks"],
        request=shapes.OutcomeIn,
        responses={200: shapes.TaskOut, 409: Envelope, **REFUSED},
    )
    def post(self, request: Request, number: int) -> Response:
        """Close a task with what came of it."""
        outcome = body(request, shapes.OutcomeIn)["outcome"]
        tasking.complete_task(queries.task_for(number), outcome, by=request.member, at=request.at)
        return Response(shapes.task_out(queries.task_for(number)))


def _told(request: Request, number: int) -> dict[str, Any]:
    return shapes.handoff_out(queries.card_for(queries.handoff_for(number), request.at))
