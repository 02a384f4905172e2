"""The API of what waits for nobody: the list with its counts, and sending it on."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.http.api import Envelope
from core.http.params import MOST, USUAL, body, next_url, page_size, word
from handoffs import queries
from handoffs.actions import releasing
from handoffs.queries.limbo import CAUSES, LimboItem

REFUSED = {403: Envelope, 404: Envelope, 422: Envelope}
NOUNS = ("record", "handoff", "task")


class LimboItemOut(serializers.Serializer):
    """One thing that waits for nobody who can act. `next_at`: when it is routed again by itself, if it is."""

    id = serializers.UUIDField()
    noun = serializers.ChoiceField(NOUNS)
    number = serializers.IntegerField()
    record = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()
    cause = serializers.ChoiceField(list(CAUSES))
    seam = serializers.CharField(allow_null=True)
    holder = serializers.CharField(allow_null=True)
    since = serializers.DateTimeField()
    age_minutes = serializers.IntegerField(help_text="Minutes on the clock since `since`.")
    waits_for = serializers.CharField()
    next_action = serializers.CharField()
    next_at = serializers.DateTimeField(allow_null=True)


class LimboOut(serializers.Serializer):
    """One page, longest waiting first, and how much there is by cause."""

    total = serializers.IntegerField()
    oldest_at = serializers.DateTimeField(allow_null=True)
    counts = serializers.DictField(child=serializers.IntegerField())
    next = serializers.CharField(allow_null=True, help_text="URL of the next page.")
    results = LimboItemOut(many=True)


class LimboOffersIn(serializers.Serializer):
    """What to send on, by id."""

    items = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=1_000)


class LeftOut(serializers.Serializer):
    """What stays, and why."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    detail = serializers.CharField()


class LimboOffersOut(serializers.Serializer):
    """What was sent on, and what stays."""

    released = serializers.ListField(child=serializers.UUIDField())
    left = LeftOut(many=True)


class LimboList(APIView):
    """Whatever waits for nobody who can act."""

    verbs = {"GET": "limbo.read"}

    @extend_schema(
        operation_id="limbo_list",
        tags=["handoffs"],
        parameters=[
            OpenApiParameter("cause", str, enum=list(CAUSES)),
            OpenApiParameter("seam", str, description="Key of the seam."),
            OpenApiParameter("cursor", str, description="From `next` of the page before."),
            OpenApiParameter("limit", int, description=f"1 to {MOST}; {USUAL} unless told."),
        ],
        responses={200: LimboOut, **REFUSED},
    )
    def get(self, request: Request) -> Response:
        """Longest waiting first. In a company that keeps its promises this is empty."""
        filters = {key: word(request, key) for key in ("cause", "seam")}
        items, after = queries.limbo_page(
            request.workspace, request.at, **filters, after=word(request, "cursor"), size=page_size(request)
        )
        limbo = queries.limbo_counts(request.workspace, request.at, seam=filters["seam"])
        return Response(
            {
                "total": limbo.total,
                "oldest_at": limbo.oldest_at,
                "counts": limbo.counts,
                "next": next_url(request, after),
                "results": [_told(request, each) for each in items],
            }
        )


class LimboOffers(APIView):
    """Offering or routing again."""

    verbs = {"POST": "handoff.reassign"}

    @extend_schema(
        operation_id="limbo_offer",
        tags=["handoffs"],
        request=LimboOffersIn,
        responses={200: LimboOffersOut, **REFUSED},
    )
    def post(self, request: Request) -> Response:
        """Records are offered again, handoffs routed again, tasks handed to who can act; who returned a record, or has
        it now, is not asked for it first. What stays is named with its reason."""
        asked = body(request, LimboOffersIn)
        done = releasing.release(request.workspace, asked["items"], by=request.member, at=request.at)
        left = [{"id": key, "code": code, "detail": said} for key, (code, said) in done.left.items()]
        return Response({"released": done.released, "left": left})


def _told(request: Request, item: LimboItem) -> dict[str, Any]:
    return {
        "id": item.id,
        "noun": item.noun,
        "number": item.number,
        "record": item.record_number,
        "name": item.name,
        "cause": item.cause,
        "seam": item.seam_key or None,
        "holder": item.holder or None,
        "since": item.since,
        "age_minutes": round((request.at - item.since).total_seconds() / 60),
        "waits_for": item.waits_for,
        "next_action": item.action,
        "next_at": item.next_at,
    }
