"""The API's door to what was set aside."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from core.http.paging import Cursor
from core.http.requests import ApiRequest
from core.http.viewsets import ApiViewSet
from core.operating.api import serializers as shapes
from core.operating.models import SetAside
from core.operating.queries import failing_passes
from core.operating.setting_aside import try_again


class OldestFirst(Cursor):
    """What waits longest comes first."""

    ordering = ("since", "id")


@extend_schema(tags=["operations"])
class SetAsideViewSet(ApiViewSet):
    """What was set aside."""

    verbs = {"list": "aside.read", "retry": "aside.retry"}
    serializer_class = shapes.SetAsideOut
    pagination_class = OldestFirst
    lookup_url_kwarg, lookup_value_converter = "row_id", "uuid"

    @extend_schema(operation_id="set_aside", responses=shapes.SetAsideOut(many=True))
    def list(self, request: ApiRequest) -> Response:
        """What passes could not do and left behind, the oldest first. Empty on good days."""
        return self.paged(SetAside.objects.all())

    @extend_schema(operation_id="set_aside_retry", request=None, responses=shapes.Tried)
    @action(detail=True, methods=["post"])
    def retry(self, request: ApiRequest, row_id: UUID) -> Response:
        """Try again now. It failing once more is an answer too: the row stays, with its new reason."""
        return self.shown(try_again(row_id, by=request.member, at=request.at), shapes.Tried)


@extend_schema(tags=["operations"])
class FailingPassViewSet(ApiViewSet):
    """Passes that fail here."""

    verbs = {"list": "aside.read"}
    serializer_class = shapes.FailingPassOut

    @extend_schema(operation_id="failing_passes", responses=shapes.FailingPassOut(many=True))
    def list(self, request: ApiRequest) -> Response:
        """Passes over workspaces (due steps, folding, imports) that fail in this one. Empty on good days."""
        return self.shown(failing_passes(), many=True)
