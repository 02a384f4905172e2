"""The API of the absences of a team in one month."""

from zoneinfo import ZoneInfo

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from core.http.api import Envelope
from core.http.params import word
from core.http.requests import ApiRequest
from core.http.viewsets import ApiViewSet
from handoffs.queries.absence_month import absence_month


class AbsenceOfMonthOut(serializers.Serializer):
    """One absence. `deputy_is_away`: who stands in is away as well, some of the time."""

    id = serializers.UUIDField(source="absence.pk")
    starts_at = serializers.DateTimeField(source="absence.starts_at")
    ends_at = serializers.DateTimeField(source="absence.ends_at")
    note = serializers.CharField(source="absence.note")
    deputy_is_away = serializers.BooleanField()


class AbsentPersonOut(serializers.Serializer):
    """Somebody of the teams, who stands in for them, and when they are away."""

    member = serializers.UUIDField(source="member.pk")
    name = serializers.CharField(source="member.name")
    teams = serializers.ListField(child=serializers.CharField())
    deputy = serializers.CharField(source="deputy.name", allow_null=True, default=None)
    absences = AbsenceOfMonthOut(many=True)


class OverlapOut(serializers.Serializer):
    """Days on which several of a team are away, or all of it."""

    team = serializers.CharField(source="overlap.team")
    first = serializers.DateField(source="overlap.first")
    last = serializers.DateField(source="overlap.last")
    names = serializers.ListField(child=serializers.CharField())
    of = serializers.IntegerField(source="overlap.of", help_text="How many the team has.")
    is_everybody = serializers.BooleanField(source="overlap.is_everybody")


class AbsenceMonthOut(serializers.Serializer):
    """A month, by the first of it; days are those of the workspace's time zone."""

    first = serializers.DateField()
    people = AbsentPersonOut(many=True)
    overlaps = OverlapOut(many=True)


@extend_schema(tags=["people"])
class TeamAbsenceViewSet(ApiViewSet):
    """Who is away in a team. One is entered, for oneself or one's people, at `people/<id>/time-off`."""

    verbs = {"absences": "people.read"}
    serializer_class = AbsenceMonthOut

    @extend_schema(
        operation_id="team_absences",
        parameters=[
            OpenApiParameter("month", str, description="Such as 2026-03; the present one unless it is told."),
            OpenApiParameter("team", str, description="Key of one of your teams."),
        ],
        responses={200: AbsenceMonthOut, 403: Envelope, 422: Envelope},
    )
    @action(detail=False, url_path="team-absences")
    def absences(self, request: ApiRequest) -> Response:
        """Everybody in the teams that you look after (in all, for who leads them), who stands in, and where several of
        a team are away at once."""
        zone, month, team = ZoneInfo(request.workspace.time_zone), word(request, "month"), word(request, "team")
        return self.shown(absence_month(request.member, request.at, zone, month=month, team=team))
