"""What a person takes: the door for programs."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from core.http.api import Envelope
from core.http.requests import ApiRequest
from core.http.viewsets import ApiViewSet
from core.people import queries
from core.people.team_seats import HIGHEST_CAP
from handoffs.actions import capacities


class CapacityOut(serializers.Serializer):
    """What a person takes, over all their pools and whatever it comes from; null is any number."""

    day_cap = serializers.IntegerField(min_value=0, max_value=HIGHEST_CAP, allow_null=True, default=None)
    week_cap = serializers.IntegerField(min_value=0, max_value=HIGHEST_CAP, allow_null=True, default=None)
    skills = serializers.ListField(
        child=serializers.CharField(max_length=capacities.LONGEST_SKILL),
        max_length=capacities.MOST_SKILLS,
        default=list,
        help_text="Kept in lower case.",
    )
    starts_on = serializers.DateField(allow_null=True, default=None, help_text="They take turns from this day on.")
    ramp_days = serializers.IntegerField(
        min_value=0, max_value=366, default=0, help_text="In how many days from then their weight grows."
    )
    time_zone = serializers.CharField(max_length=60, allow_blank=True, default="", help_text="Whose days are counted.")


@extend_schema(tags=["people"])
class CapacityViewSet(ApiViewSet):
    """What a person takes."""

    verbs = {"capacity": "people.read", "change": "seats.manage"}
    serializer_class = CapacityOut

    @extend_schema(operation_id="capacity", responses={200: CapacityOut, 404: Envelope})
    @action(detail=False, methods=["get"], url_path="capacity", url_name="capacity")
    def capacity(self, request: ApiRequest, member_id: UUID) -> Response:
        """How many a day and a week they take, what they know, and how their weight grows at first."""
        return self.shown(capacities.capacity_of(queries.member_for(member_id), request.workspace))

    @extend_schema(
        operation_id="capacity_set", request=CapacityOut, responses={200: CapacityOut, 403: Envelope, 422: Envelope}
    )
    @capacity.mapping.put
    def change(self, request: ApiRequest, member_id: UUID) -> Response:
        """Say it anew, as a whole. Managers say it of who sits in their teams."""
        member = queries.member_for(member_id)
        return self.shown(capacities.set_capacity(member, **self.given(), by=request.member, at=request.at))
