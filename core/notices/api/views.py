"""The API's door to the caller's notices."""

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from core.http.api import Envelope
from core.http.paging import CURSOR, KeysetPages
from core.http.params import choice, flag
from core.http.requests import ApiRequest
from core.http.viewsets import ApiViewSet
from core.notices import queries
from core.notices.api import serializers as shapes
from core.notices.mailing import try_again
from core.notices.queries import notice_of, notices_of
from core.notices.wishing import see, see_all, wish

UNSEEN = OpenApiParameter("unseen", bool, description="Only those not seen yet.")


@extend_schema(tags=["notices"])
class NoticeViewSet(ApiViewSet):
    """What the caller was told."""

    verbs = {
        "list": "notice.read",
        "seen": "notice.write",
        "all_seen": "notice.write",
        "wishes": "notice.read",
        "set_wishes": "notice.write",
    }
    serializer_class = shapes.NoticeOut
    pagination_class = KeysetPages
    lookup_url_kwarg, lookup_value_converter = "notice_id", "uuid"

    @extend_schema(
        operation_id="notices_list", parameters=[UNSEEN, *CURSOR], responses={200: shapes.NoticePageOut, 422: Envelope}
    )
    def list(self, request: ApiRequest) -> Response:
        """Newest first."""
        unseen = flag(request, "unseen") is True
        return self.paged(lambda after, size: notices_of(request.member, is_unseen=unseen, after=after, size=size))

    @extend_schema(operation_id="notices_seen", request=None, responses={200: shapes.NoticeOut, 404: Envelope})
    @action(detail=True, methods=["post"])
    def seen(self, request: ApiRequest, notice_id: UUID) -> Response:
        """Note that one was seen."""
        notice = notice_of(request.member, notice_id)
        see(notice, by=request.member, at=request.at)
        return self.shown(notice)

    @extend_schema(
        operation_id="notices_all_seen", request=shapes.SeenIn, responses={200: shapes.SeenOut, 422: Envelope}
    )
    @action(detail=False, methods=["post"], url_path="seen")
    def all_seen(self, request: ApiRequest) -> Response:
        """Note that all were seen, up to a moment where one is given."""
        seen = see_all(self.given()["until"], by=request.member, at=request.at)
        return self.shown({"seen": seen}, shapes.SeenOut)

    @extend_schema(operation_id="notices_wishes", responses=shapes.WishesShape)
    @action(detail=False)
    def wishes(self, request: ApiRequest) -> Response:
        """Which kinds the caller is told of, and how."""
        return self.shown(queries.wishes_of(request.member), shapes.WishesShape)

    @extend_schema(
        operation_id="notices_set_wishes",
        request=shapes.WishesShape,
        responses={200: shapes.WishesShape, 422: Envelope},
    )
    @wishes.mapping.put
    def set_wishes(self, request: ApiRequest) -> Response:
        """Choose which kinds the caller is told of, and when no mail is wanted."""
        asked = self.given()
        asked = asked | {"bell": asked.pop("at_bell"), "mail": asked.pop("by_mail"), "slack": asked.pop("by_slack")}
        return self.shown(wish(**asked, by=request.member, at=request.at), shapes.WishesShape)


@extend_schema(tags=["operations"])
class NoticeDeliveryViewSet(ApiViewSet):
    """Mails with notices, and what became of them."""

    verbs = {"list": "aside.read", "retry": "aside.retry"}
    serializer_class = shapes.NoticeDeliveryOut
    pagination_class = KeysetPages
    lookup_url_kwarg, lookup_value_converter = "delivery_id", "uuid"

    @extend_schema(
        operation_id="notice_deliveries",
        parameters=[OpenApiParameter("state", str, enum=list(queries.STATES)), *CURSOR],
        responses={200: shapes.NoticeDeliveryPageOut, 422: Envelope},
    )
    def list(self, request: ApiRequest) -> Response:
        """Newest first; those that wait, were sent, or are in trouble."""
        state = choice(request, "state", list(queries.STATES))
        return self.paged(lambda after, size: queries.deliveries(state, after, size))

    @extend_schema(
        operation_id="notice_deliveries_retry",
        request=None,
        responses={200: shapes.NoticeDeliveryOut, 404: Envelope, 409: Envelope},
    )
    @action(detail=True, methods=["post"])
    def retry(self, request: ApiRequest, delivery_id: UUID) -> Response:
        """Send a mail that was not taken at the next pass, within a minute."""
        try_again(queries.delivery_for(delivery_id), by=request.member, at=request.at)
        return self.shown(queries.delivery_for(delivery_id))
