"""Members, their leave, and taking them out."""

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.errors import BadInput, NotFound
from core.http.api import Cursor
from core.http.params import body, word
from core.people import makings, membership, queries
from core.people.api import serializers as shapes
from core.people.models import Member, TimeOff


class ByName(Cursor):
    """Members in the order they joined."""

    ordering = ("joined_at", "id")


class People(GenericAPIView):
    """All members."""

    verbs = {"GET": "people.read"}
    serializer_class = shapes.MemberWithSeats
    pagination_class = ByName

    @extend_schema(
        operation_id="people",
        tags=["people"],
        parameters=[
            OpenApiParameter("role", str, enum=Member.Role.values),
            OpenApiParameter("kind", str, enum=Member.Kind.values),
            OpenApiParameter("is_active", bool),
        ],
        responses=shapes.MemberWithSeats(many=True),
    )
    def get(self, request: Request) -> Response:
        """Members with their seats, in the order they joined."""
        found = Member.objects.prefetch_related("seats__team")
        for name in ("role", "kind"):
            if given := request.query_params.get(name):
                known = Member.Role.values if name == "role" else Member.Kind.values
                if given not in known:
                    raise BadInput(f"Choose one of: {', '.join(known)}.", field=name)
                found = found.filter(**{name: given})
        if given := request.query_params.get("is_active"):
            if given.lower() not in ("true", "false"):
                raise BadInput("Say true or false.", field="is_active")
            found = found.filter(is_active=given.lower() == "true")
        return self.get_paginated_response(shapes.MemberWithSeats(self.paginate_queryset(found), many=True).data)


class OneMember(APIView):
    """One member."""

    verbs = {"GET": "people.read", "PATCH": "people.manage"}

    @extend_schema(operation_id="member", tags=["people"], responses=shapes.MemberWithSeats)
    def get(self, request: Request, member_id: UUID) -> Response:
        """One member with their seats."""
        return Response(shapes.MemberWithSeats(queries.member_for(member_id)).data)

    @extend_schema(
        operation_id="member_change", tags=["people"], request=shapes.MemberIn, responses=shapes.MemberWithSeats
    )
    def patch(self, request: Request, member_id: UUID) -> Response:
        """Change a member's name, name in files, or role."""
        member, given = queries.member_for(member_id), body(request, shapes.MemberIn)
        who = {"by": request._request.member, "at": request._request.at}
        if "role" in given:
            membership.change_role(member, given["role"], **who)
        if "name" in given or "external_key" in given:
            said = shapes.chosen(given, name=member.name, external_key=member.external_key)
            membership.describe(member, **said, **who)
        return Response(shapes.MemberWithSeats(queries.member_for(member_id)).data)


class Deactivation(APIView):
    """The end of a membership."""

    verbs = {"POST": "people.manage", "DELETE": "people.manage"}

    @extend_schema(operation_id="member_deactivate", tags=["people"], request=None, responses=shapes.MemberOut)
    def post(self, request: Request, member_id: UUID) -> Response:
        """No sign-in, no keys, no handoffs. Refused while anything waits for the member alone."""
        http = request._request
        return Response(
            shapes.MemberOut(membership.deactivate(queries.member_for(member_id), by=http.member, at=http.at)).data
        )

    @extend_schema(operation_id="member_reactivate", tags=["people"], responses={200: shapes.MemberOut})
    def delete(self, request: Request, member_id: UUID) -> Response:
        """Let the member in again."""
        http = request._request
        return Response(
            shapes.MemberOut(membership.reactivate(queries.member_for(member_id), by=http.member, at=http.at)).data
        )


class Makings(APIView):
    """What somebody made, and what ends with them."""

    verbs = {"GET": "people.manage"}

    @extend_schema(
        operation_id="member_makings",
        tags=["people"],
        parameters=[OpenApiParameter("role", str, enum=Member.Role.values, description="Leave out for leaving.")],
        responses=shapes.MakingOut(many=True),
    )
    def get(self, request: Request, member_id: UUID) -> Response:
        """What would end if the member left now or, with `role`, got that role: keys, invitations, drafts, sessions."""
        member, role = queries.member_for(member_id), word(request, "role")
        if role and role not in Member.Role.values:
            raise BadInput(f"Choose one of: {', '.join(Member.Role.values)}.", field="role")
        found = makings.held_by(member, role or None, request._request.at)
        return Response(shapes.MakingOut(found, many=True).data)


class Absences(APIView):
    """Time off of one member."""

    verbs = {"GET": "people.read", "POST": "time_off.plan"}

    @extend_schema(operation_id="time_off", tags=["people"], responses=shapes.TimeOffOut(many=True))
    def get(self, request: Request, member_id: UUID) -> Response:
        """Absences that are not over."""
        found = queries.time_off_of(queries.member_for(member_id), request._request.at)
        return Response(shapes.TimeOffOut(found, many=True).data)

    @extend_schema(
        operation_id="time_off_add", tags=["people"], request=shapes.TimeOffIn, responses={201: shapes.TimeOffOut}
    )
    def post(self, request: Request, member_id: UUID) -> Response:
        """Plan an absence: for yourself, or as a manager or admin."""
        http, given = request._request, body(request, shapes.TimeOffIn)
        absence = membership.add_time_off(queries.member_for(member_id), **given, by=http.member, at=http.at)
        return Response(shapes.TimeOffOut(absence).data, status=201)


class OneAbsence(APIView):
    """One absence."""

    verbs = {"DELETE": "time_off.plan"}

    @extend_schema(operation_id="time_off_remove", tags=["people"], responses={204: None})
    def delete(self, request: Request, member_id: UUID, absence_id: UUID) -> Response:
        """The member is there after all."""
        http = request._request
        found = TimeOff.objects.select_related("member").filter(pk=absence_id, member_id=member_id).first()
        if found is None:
            raise NotFound
        membership.remove_time_off(found, by=http.member, at=http.at)
        return Response(status=204)
