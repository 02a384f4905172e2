"""The API of a team's load: who has how much, how much of it stands still, and who stopped clocks how often."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from core.http.api import Envelope
from core.http.requests import ApiRequest
from core.http.viewsets import ApiViewSet
from handoffs.queries import team


class LoadOut(serializers.Serializer):
    """One person of the teams that the caller looks after."""

    member = serializers.UUIDField(source="member_id")
    name = serializers.CharField()
    teams = serializers.CharField()
    open_count = serializers.IntegerField()
    waiting_count = serializers.IntegerField(help_text="Wait for an answer, in time and not standing still.")
    late_count = serializers.IntegerField()
    paused_count = serializers.IntegerField(help_text="How many of theirs stand still now.")
    untouched_count = serializers.IntegerField(help_text="Accepted, and not touched first yet.")
    next_due_at = serializers.DateTimeField(allow_null=True)
    cap = serializers.IntegerField(allow_null=True)
    day_cap = serializers.IntegerField(allow_null=True)
    week_cap = serializers.IntegerField(allow_null=True)
    today = serializers.IntegerField(help_text="How many they were given today.")
    this_week = serializers.IntegerField()
    is_away = serializers.BooleanField()
    away_until = serializers.DateTimeField(allow_null=True)
    pauses = serializers.IntegerField(help_text="How often they stopped a clock by hand in the last 30 days.")
    away_pauses = serializers.IntegerField(help_text="How often one stood still then since they were away.")


@extend_schema(tags=["handoffs"])
class LoadViewSet(ApiViewSet):
    """The load of a team."""

    verbs = {"load": "handoff.read"}
    serializer_class = LoadOut
    pagination_class = None

    @extend_schema(operation_id="team_load", responses={200: LoadOut(many=True), 403: Envelope})
    @action(detail=False, url_path="team-load")
    def load(self, request: ApiRequest) -> Response:
        """Everybody in the teams that you look after, most late first; everybody, for who leads all."""
        return self.shown(team.load_of_team(request.member, request.at), many=True)
