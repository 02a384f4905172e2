"""The API of what waits for nobody: the list with its counts, and sending it on."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from core.http.api import Envelope
from core.http.paging import CURSOR, KeysetPages, PageOut
from core.http.params import word
from core.http.requests import ApiRequest
from core.http.viewsets import ApiViewSet
from handoffs.actions import releasing
from handoffs.queries.limbo import CAUSES, Limbo, LimboItem, limbo_page

REFUSED = {403: Envelope, 404: Envelope, 422: Envelope}
NOUNS = ("record", "handoff", "task")


class LimboItemOut(serializers.Serializer):
    """One thing that waits for nobody who can act. `next_at`: when it is routed again by itself, if it is."""

    id = serializers.UUIDField()
    noun = serializers.ChoiceField(NOUNS)
    number = serializers.IntegerField()
    record = serializers.IntegerField(source="record_number", allow_null=True)
    name = serializers.CharField()
    cause = serializers.ChoiceField(list(CAUSES))
    seam = serializers.CharField(source="seam_key", allow_null=True)
    holder = serializers.CharField(allow_null=True)
    since = serializers.DateTimeField()
    age_minutes = serializers.IntegerField(help_text="Minutes on the clock since `since`.")
    waits_for = serializers.CharField()
    next_action = serializers.CharField(source="action")
    next_at = serializers.DateTimeField(allow_null=True)


class LimboOut(PageOut):
    """One page, longest waiting first, and how much there is by cause."""

    total = serializers.IntegerField()
    oldest_at = serializers.DateTimeField(allow_null=True)
    counts = serializers.DictField(child=serializers.IntegerField())
    results = LimboItemOut(many=True)


class LimboOffersIn(serializers.Serializer):
    """What to send on, by id."""

    items = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=releasing.MOST)


class LeftOut(serializers.Serializer):
    """What stays, and why."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    detail = serializers.CharField()


class LimboOffersOut(serializers.Serializer):
    """What was sent on, and what stays."""

    released = serializers.ListField(child=serializers.UUIDField())
    left = LeftOut(many=True)


@extend_schema(tags=["handoffs"])
class LimboViewSet(ApiViewSet):
    """Whatever waits for nobody who can act."""

    verbs = {"list": "limbo.read", "offers": "handoff.reassign"}
    serializer_class = LimboItemOut
    pagination_class = KeysetPages

    @extend_schema(
        operation_id="limbo_list",
        parameters=[
            OpenApiParameter("cause", str, enum=list(CAUSES)),
            OpenApiParameter("seam", str, description="Key of the seam."),
            *CURSOR,
        ],
        responses={200: LimboOut, **REFUSED},
    )
    def list(self, request: ApiRequest) -> Response:
        """Longest waiting first. In a company that keeps its promises this is empty."""
        here, cause, seam = (request.workspace, request.at), word(request, "cause"), word(request, "seam")
        seen: list[Limbo] = []

        def one_page(after: str, size: int) -> tuple[list[LimboItem], str]:
            items, mark, limbo = limbo_page(*here, cause=cause, seam=seam, after=after, size=size)
            seen.append(limbo)
            return items, mark

        page, [limbo] = self.paged(one_page), seen
        head = {"total": limbo.total, "oldest_at": limbo.oldest_at, "counts": limbo.counts}
        return Response(head | page.data)

    @extend_schema(operation_id="limbo_offer", request=LimboOffersIn, responses={200: LimboOffersOut, **REFUSED})
    @action(detail=False, methods=["post"])
    def offers(self, request: ApiRequest) -> Response:
        """Records are offered again, handoffs routed again, tasks handed to who can act; who returned a record, or has
        it now, is not asked for it first. What stays is named with its reason."""
        done = releasing.release(request.workspace, self.given()["items"], by=request.member, at=request.at)
        left = [{"id": key, "code": code, "detail": said} for key, (code, said) in done.left.items()]
        return self.shown({"released": done.released, "left": left}, LimboOffersOut)
