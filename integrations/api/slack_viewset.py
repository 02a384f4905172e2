"""The API's door to the workspace's Slack."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from core.http.api import Envelope
from core.http.requests import ApiRequest
from core.http.viewsets import ApiViewSet
from integrations.models import SlackConnection
from integrations.slack.connecting import connect_slack, disconnect_slack


class SlackOut(serializers.Serializer):
    """Whether Slack is connected, and since when. The secrets are never told."""

    is_connected = serializers.BooleanField()
    connected_at = serializers.DateTimeField(allow_null=True)


class SlackIn(serializers.Serializer):
    """The two secrets of the workspace's app in Slack."""

    token = serializers.CharField(max_length=300)
    signing_secret = serializers.CharField(max_length=200)


@extend_schema(tags=["operations"])
class SlackViewSet(ApiViewSet):
    """The workspace's Slack."""

    verbs = dict.fromkeys(("slack", "connect", "disconnect"), "workspace.manage")
    serializer_class = SlackOut

    @extend_schema(operation_id="slack")
    @action(detail=False)
    def slack(self, request: ApiRequest) -> Response:
        """Whether it is connected."""
        return self._as_it_is()

    @extend_schema(operation_id="slack_connect", request=SlackIn, responses={200: SlackOut, 422: Envelope})
    @slack.mapping.put
    def connect(self, request: ApiRequest) -> Response:
        """Connect the workspace's app."""
        connect_slack(**self.given(), by=request.member, at=request.at)
        return self._as_it_is()

    @extend_schema(operation_id="slack_disconnect", request=None, responses={204: None})
    @slack.mapping.delete
    def disconnect(self, request: ApiRequest) -> Response:
        """Forget the app."""
        disconnect_slack(by=request.member, at=request.at)
        return Response(status=204)

    def _as_it_is(self) -> Response:
        kept = SlackConnection.objects.first()
        return self.shown({"is_connected": kept is not None, "connected_at": kept and kept.connected_at})
