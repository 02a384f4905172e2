"""The handoffs' and tasks' door for programs: the same actions as the pages, the same refusals."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from blueprint.documents import blueprint_of
from core.errors import BadInput
from core.http.api import Envelope
from core.http.paging import CURSOR, KeysetPages
from core.http.params import word
from core.http.requests import ApiRequest
from core.http.viewsets import ApiViewSet
from core.people.models import Member
from handoffs.actions import answering, offering, pausing, reassigning
from handoffs.actions import packets as packing
from handoffs.actions import routing_questions as asking
from handoffs.actions.in_bulk.gift_undo import undo_gift
from handoffs.actions.taking_back import undo_answer
from handoffs.api import passage_serializers as passage_shapes
from handoffs.api import serializers as shapes
from handoffs.api import verb_serializers as verb_shapes
from handoffs.models import Handoff
from handoffs.queries import inbox, path, questions
from handoffs.queries.stage_ages import stage_age_of
from lifecycle.queries import record_for

REFUSED = {403: Envelope, 404: Envelope, 422: Envelope}
ANSWERED = {200: shapes.HandoffOut, 409: Envelope, **REFUSED}
FILTERS = [
    OpenApiParameter("seam", str, description="Key of the seam."),
    OpenApiParameter("state", str, enum=Handoff.State.values),
    OpenApiParameter("assignee", str, description="An e-mail address, an id, `me` or `none`."),
    OpenApiParameter("record", int, description="Number of the record."),
    OpenApiParameter("late", bool, description="Past due, or answered late."),
]


@extend_schema(tags=["handoffs"])
class HandoffViewSet(ApiViewSet):
    """Handoffs: read the newest, offer one, answer one."""

    verbs = {
        "list": "handoff.read",
        "create": "handoff.offer",
        "retrieve": "handoff.read",
        "acceptance": "handoff.answer",
        "take_acceptance_back": "handoff.answer",
        "take_rejection_back": "handoff.answer",
        "take_recall_back": "handoff.offer",
        "rejection": "handoff.answer",
        "recall": "handoff.offer",
        "assignment": "handoff.reassign",
        "take_assignment_back": "handoff.reassign",
        "pause": "handoff.answer",
        "resume": "handoff.answer",
        "packet": "handoff.offer",
    }
    serializer_class = shapes.HandoffOut
    pagination_class = KeysetPages
    lookup_url_kwarg, lookup_value_converter = "number", "int"

    @extend_schema(
        operation_id="handoffs_list", parameters=[*FILTERS, *CURSOR], responses={200: shapes.HandoffPageOut, **REFUSED}
    )
    def list(self, request: ApiRequest) -> Response:
        """Newest first."""
        filters = {each.name: word(request, each.name) for each in FILTERS}
        if filters["assignee"] == "me":
            filters["assignee"] = str(request.member.pk)
        terms = blueprint_of(request.workspace)
        return self.paged(lambda after, size: inbox.handoff_page(terms, filters, request.at, after, size))

    @extend_schema(
        operation_id="handoffs_offer", request=verb_shapes.OfferIn, responses={201: shapes.HandoffOut, **REFUSED}
    )
    def create(self, request: ApiRequest) -> Response:
        """Offer a record that stands at the seam, for instance again after it was returned."""
        asked = self.given()
        record = record_for(asked["record"])
        handoff = offering.offer(record, asked["seam"], by=request.member, at=request.at, packet=asked["packet"])
        return self._as_it_is_now(request, handoff, status=201)

    @extend_schema(operation_id="handoffs_read", responses={200: passage_shapes.PassageOut, 404: Envelope})
    def retrieve(self, request: ApiRequest, number: int) -> Response:
        """Everything about it: rules tried, pool, hands, ladder."""
        passage = path.passage_of(inbox.handoff_for(number), request.at)
        return self.shown(passage, passage_shapes.PassageOut)

    @extend_schema(operation_id="handoffs_accept", request=None, responses=ANSWERED)
    @action(detail=True, methods=["post"])
    def acceptance(self, request: ApiRequest, number: int) -> Response:
        """Accept: unmet criteria and packet gaps are named in `facts`; answered already is 409."""
        handoff = answering.accept(inbox.handoff_numbered(number), by=request.member, at=request.at)
        return self._as_it_is_now(request, handoff)

    @extend_schema(operation_id="handoffs_take_acceptance_back", request=None, responses=ANSWERED)
    @acceptance.mapping.delete
    def take_acceptance_back(self, request: ApiRequest, number: int) -> Response:
        """Within ten seconds, by who accepted: records go back, what it made goes, the clock goes on. 409 where
        something came after it; the code says what."""
        return self._taken_back(request, number, Handoff.State.ACCEPTED)

    def _taken_back(self, request: ApiRequest, number: int, state: str) -> Response:
        handoff = undo_answer(inbox.handoff_numbered(number), state, by=request.member, at=request.at)
        return self._as_it_is_now(request, handoff)

    @extend_schema(operation_id="handoffs_reject", request=verb_shapes.RejectIn, responses=ANSWERED)
    @action(detail=True, methods=["post"])
    def rejection(self, request: ApiRequest, number: int) -> Response:
        """Reject with a reason code; its disposition says where the record goes."""
        asked, handoff = self.given(), inbox.handoff_numbered(number)
        reason, note, gaps = asked["reason"], asked["note"], asked["gaps"]
        answering.reject(handoff, reason, note, by=request.member, at=request.at, gaps=gaps)
        return self._as_it_is_now(request, handoff)

    @extend_schema(operation_id="handoffs_take_rejection_back", request=None, responses=ANSWERED)
    @rejection.mapping.delete
    def take_rejection_back(self, request: ApiRequest, number: int) -> Response:
        """Within ten seconds, by who rejected: the record goes back, the sender's task ends, the clock goes on."""
        return self._taken_back(request, number, Handoff.State.REJECTED)

    @extend_schema(operation_id="handoffs_recall", request=verb_shapes.RecallIn, responses=ANSWERED)
    @action(detail=True, methods=["post"])
    def recall(self, request: ApiRequest, number: int) -> Response:
        """The sender, or a manager, takes an open handoff back."""
        note = self.given()["note"]
        handoff = answering.recall(inbox.handoff_numbered(number), note, by=request.member, at=request.at)
        return self._as_it_is_now(request, handoff)

    @extend_schema(operation_id="handoffs_take_recall_back", request=None, responses=ANSWERED)
    @recall.mapping.delete
    def take_recall_back(self, request: ApiRequest, number: int) -> Response:
        """Within ten seconds, by who took it back: whoever had it has it again, and the clock goes on."""
        return self._taken_back(request, number, Handoff.State.RECALLED)

    @extend_schema(operation_id="handoffs_reassign", request=verb_shapes.AssignIn, responses=ANSWERED)
    @action(detail=True, methods=["post"])
    def assignment(self, request: ApiRequest, number: int) -> Response:
        """Reassign an open handoff. Its clock goes on; past due, or where the seam allows a restart, it starts anew."""
        asked = self.given()
        to = Member.objects.filter(email=asked["to"].strip().lower(), is_active=True).first()
        if to is None:
            raise BadInput("There is no active member with this address.", code="unknown_member", field="to")
        handoff = inbox.handoff_numbered(number)
        reassigning.reassign(handoff, to, by=request.member, at=request.at, note=asked["note"])
        return self._as_it_is_now(request, handoff)

    @extend_schema(operation_id="handoffs_take_assignment_back", request=None, responses=ANSWERED)
    @assignment.mapping.delete
    def take_assignment_back(self, request: ApiRequest, number: int) -> Response:
        """Within ten seconds, by who gave it away: whoever had it has it again, and the clock goes on."""
        handoff = undo_gift(inbox.handoff_numbered(number), by=request.member, at=request.at)
        return self._as_it_is_now(request, handoff)

    @extend_schema(operation_id="handoffs_pause", request=verb_shapes.PauseIn, responses=ANSWERED)
    @action(detail=True, methods=["post"])
    def pause(self, request: ApiRequest, number: int) -> Response:
        """Stop its clocks while the customer or the sender has to act, as often and as long as the seam allows."""
        handoff = inbox.handoff_numbered(number)
        pausing.pause(handoff, pausing.WantedPause(**self.given()), by=request.member, at=request.at)
        return self._as_it_is_now(request, handoff)

    @extend_schema(operation_id="handoffs_resume", request=None, responses=ANSWERED)
    @pause.mapping.delete
    def resume(self, request: ApiRequest, number: int) -> Response:
        """Let its clocks go on that somebody stopped by hand."""
        handoff = pausing.resume(inbox.handoff_numbered(number), by=request.member, at=request.at)
        return self._as_it_is_now(request, handoff)

    @extend_schema(
        operation_id="handoffs_packet",
        request={"application/json": {"type": "object", "additionalProperties": {"type": "string"}}},
        responses=ANSWERED,
    )
    @action(detail=True, methods=["patch"])
    def packet(self, request: ApiRequest, number: int) -> Response:
        """Fill items of the packet, by key; items not given stay as they are."""
        if not isinstance(request.data, dict):
            raise BadInput("Send an object of items.", code="wrong_type")
        handoff = inbox.handoff_numbered(number)
        packing.save_packet(handoff, request.data, by=request.member, at=request.at)
        return self._as_it_is_now(request, handoff)

    def _as_it_is_now(self, request: ApiRequest, handoff: Handoff, status: int = 200) -> Response:
        return self.shown(inbox.card_of(handoff.pk, request.at), status=status)


@extend_schema(tags=["handoffs"])
class PathViewSet(ApiViewSet):
    """Where did this lead go?"""

    verbs = {"path": "handoff.read", "stage_ladder": "handoff.read", "questions": "handoff.read"}
    serializer_class = passage_shapes.PassageOut

    @extend_schema(operation_id="records_path", responses={200: passage_shapes.PassageOut(many=True), 404: Envelope})
    @action(detail=False, url_path="records/<int:number>/path")
    def path(self, request: ApiRequest, number: int) -> Response:
        """Every handoff of a record, oldest first, each with rules tried, pool, hands and ladder. A person who asks is
        counted as one routing question, once a day for each record."""
        record = record_for(number)
        asking.ask_where_it_went(record, by=request.member, at=request.at)
        return self.shown(path.path_of(record, request.at), many=True)

    @extend_schema(
        operation_id="records_stage_ladder", responses={200: passage_shapes.StageAgeOut, 204: None, 404: Envelope}
    )
    @action(detail=False, url_path="records/<int:number>/stage-ladder")
    def stage_ladder(self, request: ApiRequest, number: int) -> Response:
        """How long the record may stay where it stands, and what happens by when; 204 where nothing does."""
        age = stage_age_of(record_for(number))
        return self.shown(age, passage_shapes.StageAgeOut) if age else Response(status=204)

    @extend_schema(operation_id="routing_questions", responses=passage_shapes.QuestionsOut)
    @action(detail=False, url_path="routing-questions")
    def questions(self, request: ApiRequest) -> Response:
        """Questions of the last 30 days, and whole days since the last one (null when there never was one)."""
        return self.shown(questions.questions(request.at), passage_shapes.QuestionsOut)
