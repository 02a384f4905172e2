"""Hours of one's own, for programs: a member's and a team's."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from core.errors import BadInput
from core.http.requests import ApiRequest
from core.http.viewsets import ApiViewSet
from core.ical_days import NoCalendar, coming_days
from core.people import queries
from core.people.models import Member, Team
from core.public_holidays import public_holidays
from handoffs.actions.own_hours import close_days, drop_hours, keep_hours
from handoffs.models import OwnHours
from handoffs.queries.own_days import own_hours_of, today_of


class DayOffIn(serializers.Serializer):
    """A day off."""

    date = serializers.CharField(max_length=10)
    label: Any = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")


class SingleDayIn(DayOffIn):
    """A single day with hours of its own; none of them is a day off."""

    hours = serializers.ListField(child=serializers.CharField(max_length=11), max_length=8)


def _windows() -> Any:
    return serializers.ListField(child=serializers.CharField(max_length=11), max_length=8, required=False)


class WeekIn(serializers.Serializer):
    """Windows of each day such as `09:00-12:30`; one that ends before it starts is a night shift."""

    mon = _windows()
    tue = _windows()
    wed = _windows()
    thu = _windows()
    fri = _windows()
    sat = _windows()
    sun = _windows()


class HoursIn(serializers.Serializer):
    """When somebody works, in a time zone."""

    time_zone = serializers.CharField(max_length=60)
    weekly = WeekIn()
    holidays = DayOffIn(many=True, required=False, default=list)
    special_days = SingleDayIn(many=True, required=False, default=list)


class HoursOut(serializers.Serializer):
    """Their own hours; null where they have those of the team or the seam."""

    hours = HoursIn(source="hours.terms", allow_null=True)
    changed_at = serializers.DateTimeField(allow_null=True)

    def to_representation(self, own: OwnHours) -> dict[str, Any]:
        """The terms as they are kept."""
        return {"hours": own.hours.terms, "changed_at": own.changed_at}


class ClosedDaysIn(serializers.Serializer):
    """Days off to add: of a country or region and years, or the whole days of an iCal file."""

    country = serializers.CharField(max_length=2, required=False, allow_blank=True, default="")
    region = serializers.CharField(max_length=10, required=False, allow_blank=True, default="")
    years = serializers.ListField(
        child=serializers.IntegerField(min_value=2000, max_value=2100), max_length=5, required=False, default=list
    )
    ical = serializers.CharField(max_length=1_000_000, required=False, allow_blank=True, default="")


class RefusedEventOut(serializers.Serializer):
    """An event that gave no day."""

    event = serializers.CharField()
    why = serializers.CharField()


class ClosedDaysOut(serializers.Serializer):
    """Which days came in, and which events of the file gave none."""

    added = serializers.ListField(child=serializers.DateField())
    refused = RefusedEventOut(many=True)


class OwnHoursViewSet(ApiViewSet):
    """When a member or a team works, where that is their own."""

    verbs = {"hours": "people.read", "keep": "hours.set", "drop": "hours.set", "closed_days": "hours.set"}
    serializer_class = HoursOut

    def whose(self) -> Member | Team:
        """The member or the team that the address names. Raises NotFound."""
        raise NotImplementedError

    def _shown(self) -> Response:
        own = own_hours_of(self.whose())
        return self.shown(own) if own else Response({"hours": None, "changed_at": None})

    def _closed(self, request: ApiRequest) -> Response:
        whose, given, refused = self.whose(), self.given(), list[tuple[str, str]]()
        today = today_of(whose, request.workspace, request.at)
        if given["ical"]:
            try:
                found = coming_days(given["ical"].encode(), today)
            except NoCalendar as bad:
                raise BadInput(str(bad), code=bad.code, field="ical") from None
            days, refused = list(found.days.items()), found.refused
        else:
            days = public_holidays(given["country"], given["region"], given["years"] or [today.year])
        _, added = close_days(whose, days, by=request.member, at=request.at)
        told = {"added": added, "refused": [{"event": event, "why": why} for event, why in refused]}
        return self.shown(told, ClosedDaysOut)


@extend_schema(tags=["people"])
class MemberHoursViewSet(OwnHoursViewSet):
    """A member's."""

    def whose(self) -> Member | Team:
        member_id: UUID = self.kwargs["member_id"]
        return queries.member_for(member_id)

    @extend_schema(operation_id="member_hours", responses=HoursOut)
    @action(detail=False)
    def hours(self, request: ApiRequest, member_id: UUID) -> Response:
        """The member's own hours."""
        return self._shown()

    @extend_schema(operation_id="member_hours_keep", request=HoursIn, responses=HoursOut)
    @hours.mapping.put
    def keep(self, request: ApiRequest, member_id: UUID) -> Response:
        """Set them: for yourself, for who sits in a team you manage, or as an admin. They count from the next handoff
        on."""
        return self.shown(keep_hours(self.whose(), self.given(), by=request.member, at=request.at))

    @extend_schema(operation_id="member_hours_drop", responses={204: None})
    @hours.mapping.delete
    def drop(self, request: ApiRequest, member_id: UUID) -> Response:
        """The member has the hours of their team again."""
        drop_hours(self.whose(), by=request.member, at=request.at)
        return Response(status=204)

    @extend_schema(operation_id="member_closed_days", request=ClosedDaysIn, responses=ClosedDaysOut)
    @action(detail=False, methods=["post"], url_path="hours/closed-days")
    def closed_days(self, request: ApiRequest, member_id: UUID) -> Response:
        """Add days off of a country or of an iCal file to the member's own hours."""
        return self._closed(request)


@extend_schema(tags=["teams"])
class TeamHoursViewSet(OwnHoursViewSet):
    """A team's."""

    def whose(self) -> Member | Team:
        key: str = self.kwargs["key"]
        return queries.team_for(key)

    @extend_schema(operation_id="team_hours", responses=HoursOut)
    @action(detail=False)
    def hours(self, request: ApiRequest, key: str) -> Response:
        """The team's own hours."""
        return self._shown()

    @extend_schema(operation_id="team_hours_keep", request=HoursIn, responses=HoursOut)
    @hours.mapping.put
    def keep(self, request: ApiRequest, key: str) -> Response:
        """Set them: who manages the team, and admins. They count from the next handoff on."""
        return self.shown(keep_hours(self.whose(), self.given(), by=request.member, at=request.at))

    @extend_schema(operation_id="team_hours_drop", responses={204: None})
    @hours.mapping.delete
    def drop(self, request: ApiRequest, key: str) -> Response:
        """The team has the hours of the seam again."""
        drop_hours(self.whose(), by=request.member, at=request.at)
        return Response(status=204)

    @extend_schema(operation_id="team_closed_days", request=ClosedDaysIn, responses=ClosedDaysOut)
    @action(detail=False, methods=["post"], url_path="hours/closed-days")
    def closed_days(self, request: ApiRequest, key: str) -> Response:
        """Add days off of a country or of an iCal file to the team's own hours."""
        return self._closed(request)
