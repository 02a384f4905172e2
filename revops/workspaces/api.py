"""The API's door about people, teams and invitations. The same actions as the pages."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from revops.api import Cursor
from revops.errors import BadInput, NotFound
from revops.workspaces import inviting, membership, queries, seating
from revops.workspaces import serializers as shapes
from revops.workspaces.actions import change_workspace
from revops.workspaces.models import Invitation, Member, Team, TimeOff

TOLD_ONCE = {"Cache-Control": "no-store"}


class Entered(BasePermission):
    """Whoever came in, whatever their scopes."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return getattr(request._request, "member", None) is not None


def valid(shape: type, data: Any, **options: Any) -> dict[str, Any]:
    """The request's body in this shape. Raises ValidationError, answered with 422."""
    serializer = shape(data=data, **options)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


class Me(APIView):
    """Who am I here?"""

    permission_classes = [Entered]

    @extend_schema(operation_id="me", tags=["people"], responses=shapes.MeOut)
    def get(self, request: Request) -> Response:
        """The workspace, the member this call acts as, and the key's scopes."""
        http = request._request
        scopes = getattr(http.member, "key_scopes", None)
        told = {
            "workspace": http.workspace,
            "member": http.member,
            "scopes": None if scopes is None else sorted(scopes),
        }
        return Response(shapes.MeOut(told).data)


class OneWorkspace(APIView):
    """The workspace itself."""

    verbs = {"GET": "people.read", "PATCH": "workspace.manage"}

    @extend_schema(operation_id="workspace", tags=["people"], responses=shapes.WorkspaceOut)
    def get(self, request: Request) -> Response:
        """Its name, time zone, currency, and the version of the blueprint in force."""
        return Response(shapes.WorkspaceOut(request._request.workspace).data)

    @extend_schema(
        operation_id="workspace_change", tags=["people"], request=shapes.WorkspaceIn, responses=shapes.WorkspaceOut
    )
    def patch(self, request: Request) -> Response:
        """Change its name, time zone or currency. With another time zone the days of the scorecard are counted anew."""
        http, given = request._request, valid(shapes.WorkspaceIn, request.data)
        present = http.workspace
        said = shapes.chosen(given, name=present.name, time_zone=present.time_zone, currency=present.currency)
        changed = change_workspace(present, **said, by=http.member, at=http.at)
        return Response(shapes.WorkspaceOut(changed).data)


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
        member, given = queries.member_for(member_id), valid(shapes.MemberIn, request.data)
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


class Absences(APIView):
    """Time off of one member."""

    verbs = {"GET": "people.read", "POST": "people.read"}  # the action knows who may plan for whom

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
        http, given = request._request, valid(shapes.TimeOffIn, request.data)
        absence = membership.add_time_off(queries.member_for(member_id), **given, by=http.member, at=http.at)
        return Response(shapes.TimeOffOut(absence).data, status=201)


class OneAbsence(APIView):
    """One absence."""

    verbs = {"DELETE": "people.read"}

    @extend_schema(operation_id="time_off_remove", tags=["people"], responses={204: None})
    def delete(self, request: Request, member_id: UUID, absence_id: UUID) -> Response:
        """The member is there after all."""
        http = request._request
        found = TimeOff.objects.select_related("member").filter(pk=absence_id, member_id=member_id).first()
        if found is None:
            raise NotFound
        membership.remove_time_off(found, by=http.member, at=http.at)
        return Response(status=204)


def _manager(given: dict[str, Any], standing: Member | None = None) -> Member | None:
    if "manager" not in given:
        return standing
    if given["manager"] is None:
        return None
    found = Member.objects.filter(pk=given["manager"]).first()
    if found is None:
        raise BadInput("There is no such member.", field="manager")
    return found


class ByKey(Cursor):
    """Teams by key."""

    ordering = ("key",)


class Teams(GenericAPIView):
    """All teams."""

    verbs = {"GET": "people.read", "POST": "people.manage"}
    serializer_class = shapes.TeamWithSeats
    pagination_class = ByKey

    @extend_schema(operation_id="teams", tags=["teams"], responses=shapes.TeamWithSeats(many=True))
    def get(self, request: Request) -> Response:
        """Teams with their seats, by key."""
        found = self.paginate_queryset(Team.objects.prefetch_related("seats__member"))
        return self.get_paginated_response(shapes.TeamWithSeats(found, many=True).data)

    @extend_schema(
        operation_id="team_create", tags=["teams"], request=shapes.TeamIn, responses={201: shapes.TeamWithSeats}
    )
    def post(self, request: Request) -> Response:
        """Found a team; its key is made from the name and never changes."""
        http, given = request._request, valid(shapes.TeamIn, request.data)
        team = seating.create_team(**{**given, "manager": _manager(given)}, by=http.member, at=http.at)
        return Response(shapes.TeamWithSeats(team).data, status=201)


class OneTeam(APIView):
    """One team."""

    verbs = {"GET": "people.read", "PATCH": "people.manage"}

    @extend_schema(operation_id="team", tags=["teams"], responses=shapes.TeamWithSeats)
    def get(self, request: Request, key: str) -> Response:
        """One team with its seats."""
        return Response(shapes.TeamWithSeats(queries.team_for(key)).data)

    @extend_schema(
        operation_id="team_change", tags=["teams"], request=shapes.TeamIn(partial=True), responses=shapes.TeamWithSeats
    )
    def patch(self, request: Request, key: str) -> Response:
        """Change a team's name, side, region or manager."""
        http, team = request._request, queries.team_for(key)
        given = valid(shapes.TeamIn, request.data, partial=True)
        said = shapes.chosen(given, name=team.name, function=team.function, region=team.region)
        said["manager"] = _manager(given, team.manager)
        return Response(shapes.TeamWithSeats(seating.edit_team(team, **said, by=http.member, at=http.at)).data)


class OneSeat(APIView):
    """A member's place in a team."""

    verbs = {"PUT": "people.manage", "DELETE": "people.manage"}

    @extend_schema(
        operation_id="seat_give",
        tags=["teams"],
        request=shapes.SeatIn,
        responses={200: shapes.SeatOut, 201: shapes.SeatOut},
    )
    def put(self, request: Request, key: str, member_id: UUID) -> Response:
        """Give the place, or change its weight and cap."""
        http, team, member = request._request, queries.team_for(key), queries.member_for(member_id)
        given = valid(shapes.SeatIn, request.data)
        place, is_new = seating.seat(team, member, **given, by=http.member, at=http.at)
        return Response(shapes.SeatOut(place).data, status=201 if is_new else 200)

    @extend_schema(operation_id="seat_remove", tags=["teams"], responses={204: None})
    def delete(self, request: Request, key: str, member_id: UUID) -> Response:
        """Take the place away; open handoffs stay with the member."""
        http = request._request
        seating.unseat(queries.team_for(key), queries.member_for(member_id), by=http.member, at=http.at)
        return Response(status=204)


class Invitations(GenericAPIView):
    """Who was invited."""

    verbs = {"GET": "people.manage", "POST": "people.manage"}
    serializer_class = shapes.InvitationOut

    @extend_schema(operation_id="invitations", tags=["people"], responses=shapes.InvitationOut(many=True))
    def get(self, request: Request) -> Response:
        """Invitations, newest first."""
        found = self.paginate_queryset(Invitation.objects.select_related("team"))
        return self.get_paginated_response(shapes.InvitationOut(found, many=True).data)

    @extend_schema(
        operation_id="invite", tags=["people"], request=shapes.InvitationIn, responses={201: shapes.IssuedOut}
    )
    def post(self, request: Request) -> Response:
        """Invite an address: a mail with a link that works once, for seven days."""
        http, given = request._request, valid(shapes.InvitationIn, request.data)
        team = Team.objects.filter(key=given["team"]).first() if given.get("team") else None
        if given.get("team") and team is None:
            raise BadInput("There is no such team.", field="team")
        issued = inviting.invite(email=given["email"], role=given["role"], team=team, by=http.member, at=http.at)
        return Response(shapes.IssuedOut(issued).data, status=201, headers=TOLD_ONCE)


class Revocation(APIView):
    """An invitation taken back."""

    verbs = {"POST": "people.manage"}

    @extend_schema(operation_id="invitation_revoke", tags=["people"], request=None, responses=shapes.InvitationOut)
    def post(self, request: Request, invitation_id: UUID) -> Response:
        """Close an invitation that was not answered."""
        http = request._request
        revoked = inviting.revoke(queries.invitation_for(invitation_id), by=http.member, at=http.at)
        return Response(shapes.InvitationOut(revoked).data)


class Renewal(APIView):
    """An invitation sent again."""

    verbs = {"POST": "people.manage"}

    @extend_schema(operation_id="invitation_renew", tags=["people"], request=None, responses={201: shapes.IssuedOut})
    def post(self, request: Request, invitation_id: UUID) -> Response:
        """A new link for another seven days; the former one no longer works."""
        http = request._request
        issued = inviting.send_again(queries.invitation_for(invitation_id), by=http.member, at=http.at)
        return Response(shapes.IssuedOut(issued).data, status=201, headers=TOLD_ONCE)
