"""The API of promises made to customers."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from blueprint.documents import blueprint_of
from core.errors import BadInput
from core.http.api import Envelope
from core.http.paging import CURSOR, KeysetPages, PageOut
from core.http.params import word
from core.http.requests import ApiRequest
from core.http.viewsets import ApiViewSet
from core.people.models import Member
from handoffs.actions import promising
from handoffs.api.serializers import OfRecord, Somebody
from handoffs.models import Commitment
from handoffs.queries import promise_ledger
from lifecycle.queries import record_for

REFUSED = {403: Envelope, 404: Envelope, 422: Envelope}
FILTERS = [
    OpenApiParameter("state", str, enum=list(promise_ledger.STATES)),
    OpenApiParameter("seam", str, description="Key of the seam it came across."),
    OpenApiParameter("record", int, description="Number of the record."),
    OpenApiParameter("made_by", str, description="An e-mail address."),
    OpenApiParameter("owner", str, description="An e-mail address."),
]


class PromiseOut(serializers.Serializer):
    """A promise: what, to whom, made by whom, kept by whom until when, and what became of it. `late_at` is the due
    moment it missed, also where it was kept afterwards."""

    number = serializers.IntegerField()
    title = serializers.CharField()
    record = OfRecord()
    seam = serializers.CharField(source="seam.key", allow_null=True, default=None)
    made_by = Somebody(allow_null=True)
    owner = Somebody(allow_null=True)
    created_at = serializers.DateTimeField()
    due_on = serializers.DateField(allow_null=True)
    state = serializers.ChoiceField(Commitment.State.choices)
    late_at = serializers.DateTimeField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    decided_by = Somebody(allow_null=True)
    note = serializers.CharField(allow_blank=True)
    consequence = serializers.ChoiceField([("", "None"), *Commitment.Consequence.choices])
    lost = serializers.IntegerField(source="lost.number", allow_null=True, default=None)


class PromisePageOut(PageOut):
    """One keyset page of promises."""

    results = PromiseOut(many=True)


class PromiseIn(serializers.Serializer):
    """A promise; made by the caller unless an address says otherwise."""

    title = serializers.CharField(max_length=300, allow_blank=True)
    due_on = serializers.DateField(required=False, allow_null=True, default=None)
    made_by = serializers.EmailField(required=False, allow_null=True, default=None)


class DecisionIn(serializers.Serializer):
    """What became of it, and why."""

    state = serializers.CharField(max_length=20, allow_blank=True)
    note = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class BlameIn(serializers.Serializer):
    """What came of it with the customer."""

    consequence = serializers.CharField(max_length=20, allow_blank=True)
    note = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


@extend_schema(tags=["handoffs"])
class PromiseViewSet(ApiViewSet):
    """Promises made to customers."""

    verbs = {
        "list": "handoff.read",
        "retrieve": "handoff.read",
        "decision": "handoff.answer",
        "consequence": "handoff.answer",
    }
    serializer_class = PromiseOut
    pagination_class = KeysetPages
    lookup_url_kwarg, lookup_value_converter = "number", "int"

    @extend_schema(
        operation_id="promises_list", parameters=[*FILTERS, *CURSOR], responses={200: PromisePageOut, **REFUSED}
    )
    def list(self, request: ApiRequest) -> Response:
        """Newest first."""
        filters = {each.name: word(request, each.name) for each in FILTERS}
        terms = blueprint_of(request.workspace)
        return self.paged(lambda after, size: promise_ledger.promise_page(terms, filters, after, size))

    @extend_schema(operation_id="promises_read", responses={200: PromiseOut, 404: Envelope})
    def retrieve(self, request: ApiRequest, number: int) -> Response:
        """What was promised and what became of it."""
        return self.shown(promise_ledger.promise_numbered(number))

    @extend_schema(
        operation_id="promises_decide", request=DecisionIn, responses={200: PromiseOut, 409: Envelope, **REFUSED}
    )
    @action(detail=True, methods=["post"])
    def decision(self, request: ApiRequest, number: int) -> Response:
        """Say that it was kept, broken, or is void, which needs a note; that stands."""
        asked, promise = self.given(), promise_ledger.promise_numbered(number)
        promising.decide(promise, asked["state"], asked["note"], by=request.member, at=request.at)
        return self.shown(promise_ledger.promise_numbered(number))

    @extend_schema(operation_id="promises_blame", request=BlameIn, responses={200: PromiseOut, **REFUSED})
    @action(detail=True, methods=["post"])
    def consequence(self, request: ApiRequest, number: int) -> Response:
        """Say that it led to `friction`, or that the customer was lost over it (`churn`)."""
        asked, promise = self.given(), promise_ledger.promise_numbered(number)
        promising.blame(promise, asked["consequence"], asked["note"], by=request.member, at=request.at)
        return self.shown(promise_ledger.promise_numbered(number))


@extend_schema(tags=["handoffs"])
class RecordPromiseViewSet(ApiViewSet):
    """Promises of one record's journey."""

    verbs = {"promises": "handoff.read", "promise": "record.write"}
    serializer_class = PromiseOut

    @extend_schema(
        operation_id="records_promises", responses={200: PromiseOut(many=True), 403: Envelope, 404: Envelope}
    )
    @action(detail=False)
    def promises(self, request: ApiRequest, number: int) -> Response:
        """What is due first."""
        return self.shown(promise_ledger.promises_of(record_for(number)), many=True)

    @extend_schema(operation_id="records_promise", request=PromiseIn, responses={201: PromiseOut, **REFUSED})
    @promises.mapping.post
    def promise(self, request: ApiRequest, number: int) -> Response:
        """Write down a promise about a record."""
        asked, made_by = self.given(), None
        if asked["made_by"]:
            made_by = Member.objects.filter(email=asked["made_by"].lower(), is_active=True).first()
            if made_by is None:
                raise BadInput("There is no active member with this address.", code="unknown_member", field="made_by")
        record = record_for(number)
        made = promising.add_promise(
            record, asked["title"], due_on=asked["due_on"], made_by=made_by, by=request.member, at=request.at
        )
        return self.shown(promise_ledger.promise_numbered(made.number), status=201)
