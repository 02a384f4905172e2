"""Members, their leave and their makings; the caller's own place; the security log."""

from datetime import datetime
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from core.errors import BadInput
from core.http.paging import Cursor, KeysetPages
from core.http.params import choice, flag, moment, word
from core.http.requests import ApiRequest
from core.http.viewsets import ApiViewSet
from core.people import makings, membership, queries
from core.people.actions import change_workspace
from core.people.api import deputy_serializers as deputy_shapes
from core.people.api import serializers as shapes
from core.people.models import Member
from core.people.security_log import GROUPS, Wanted, security_events

ROLE, KIND = (
    OpenApiParameter(name, str, enum=known.values) for name, known in (("role", Member.Role), ("kind", Member.Kind))
)


class ByJoining(Cursor):
    """Members in the order they joined."""

    ordering = ("joined_at", "id")


@extend_schema(tags=["people"])
class PlaceViewSet(ApiViewSet):
    """Who am I here, and the workspace itself."""

    verbs = {"me": "", "workspace": "people.read", "change_workspace": "workspace.manage"}
    serializer_class = shapes.WorkspaceOut

    @extend_schema(operation_id="me", responses=shapes.MeOut)
    @action(detail=False)
    def me(self, request: ApiRequest) -> Response:
        """The workspace, the member this call acts as, and the key's scopes."""
        came_with = request.member.came_with
        told = {
            "workspace": request.workspace,
            "member": request.member,
            "scopes": sorted(came_with.scopes) if came_with else None,
        }
        return self.shown(told, shapes.MeOut)

    @extend_schema(operation_id="workspace", responses=shapes.WorkspaceOut)
    @action(detail=False)
    def workspace(self, request: ApiRequest) -> Response:
        """Its name, time zone, currency, and the version of the blueprint in force."""
        return self.shown(request.workspace)

    @extend_schema(operation_id="workspace_change", request=shapes.WorkspaceIn, responses=shapes.WorkspaceOut)
    @workspace.mapping.patch
    def change_workspace(self, request: ApiRequest) -> Response:
        """Change its name, time zone or currency. With another time zone the days of the scorecard are counted anew."""
        said = shapes.chosen(self.given(), request.workspace, "name", "time_zone", "currency", "security_log_days")
        return self.shown(change_workspace(request.workspace, **said, by=request.member, at=request.at))


@extend_schema(tags=["people"])
class PersonViewSet(ApiViewSet):
    """Members of the workspace."""

    verbs = {
        "list": "people.read",
        "retrieve": "people.read",
        "partial_update": "people.manage",
        "deactivation": "people.manage",
        "reactivate": "people.manage",
        "makings": "people.manage",
        "deputy": "people.read",
        "name_deputy": "time_off.plan",
        "take_deputy_away": "time_off.plan",
    }
    serializer_class = shapes.MemberWithSeats
    pagination_class = ByJoining
    lookup_url_kwarg, lookup_value_converter = "member_id", "uuid"

    @extend_schema(
        operation_id="people",
        parameters=[ROLE, KIND, OpenApiParameter("is_active", bool)],
        responses=shapes.MemberWithSeats(many=True),
    )
    def list(self, request: ApiRequest) -> Response:
        """Members with their seats, in the order they joined."""
        role, kind = choice(request, "role", Member.Role.values), choice(request, "kind", Member.Kind.values)
        return self.paged(queries.members(role=role, kind=kind, is_active=flag(request, "is_active")))

    @extend_schema(operation_id="member", responses=shapes.MemberWithSeats)
    def retrieve(self, request: ApiRequest, member_id: UUID) -> Response:
        """One member with their seats."""
        return self.shown(queries.member_for(member_id))

    @extend_schema(operation_id="member_change", request=shapes.MemberIn, responses=shapes.MemberWithSeats)
    def partial_update(self, request: ApiRequest, member_id: UUID) -> Response:
        """Change a member's name, name in files, or role."""
        member, given = queries.member_for(member_id), self.given()
        if "role" in given:
            membership.change_role(member, given["role"], by=request.member, at=request.at)
        if "name" in given or "external_key" in given:
            said = shapes.chosen(given, member, "name", "external_key")
            membership.describe(member, **said, by=request.member, at=request.at)
        return self.shown(queries.member_for(member_id))

    @extend_schema(operation_id="member_deactivate", request=None, responses=shapes.MemberOut)
    @action(detail=True, methods=["post"], serializer_class=shapes.MemberOut)
    def deactivation(self, request: ApiRequest, member_id: UUID) -> Response:
        """No sign-in, no keys, no handoffs. Refused while anything waits for the member alone."""
        return self.shown(membership.deactivate(queries.member_for(member_id), by=request.member, at=request.at))

    @extend_schema(operation_id="member_reactivate", responses={200: shapes.MemberOut})
    @deactivation.mapping.delete
    def reactivate(self, request: ApiRequest, member_id: UUID) -> Response:
        """Let the member in again."""
        return self.shown(membership.reactivate(queries.member_for(member_id), by=request.member, at=request.at))

    @extend_schema(
        operation_id="member_makings",
        parameters=[OpenApiParameter("role", str, enum=Member.Role.values, description="Leave out for leaving.")],
        responses=shapes.MakingOut(many=True),
    )
    @action(detail=True, pagination_class=None)
    def makings(self, request: ApiRequest, member_id: UUID) -> Response:
        """What would end if the member left now or, with `role`, got that role: keys, invitations, drafts, sessions."""
        member, role = queries.member_for(member_id), choice(request, "role", Member.Role.values)
        return self.shown(makings.held_by(member, role or None, request.at), shapes.MakingOut, many=True)

    @extend_schema(operation_id="member_deputy", responses=deputy_shapes.DeputyOut)
    @action(detail=True, pagination_class=None)
    def deputy(self, request: ApiRequest, member_id: UUID) -> Response:
        """Who stands in for the member while they are away."""
        return self._deputy(queries.member_for(member_id))

    @extend_schema(operation_id="member_deputy_name", request=deputy_shapes.DeputyIn, responses=deputy_shapes.DeputyOut)
    @deputy.mapping.put
    def name_deputy(self, request: ApiRequest, member_id: UUID) -> Response:
        """Say who stands in: for yourself, for who sits in a team you manage, or as an admin."""
        member, wanted = queries.member_for(member_id), self.given()["deputy"]
        deputy = Member.objects.filter(pk=wanted).first()
        if deputy is None:
            raise BadInput("There is no such member.", code="unknown_member", field="deputy")
        membership.name_deputy(member, deputy, by=request.member, at=request.at)
        return self._deputy(member)

    @extend_schema(operation_id="member_deputy_remove", request=None, responses=deputy_shapes.DeputyOut)
    @deputy.mapping.delete
    def take_deputy_away(self, request: ApiRequest, member_id: UUID) -> Response:
        """Nobody stands in."""
        member = queries.member_for(member_id)
        membership.name_deputy(member, None, by=request.member, at=request.at)
        return self._deputy(member)

    def _deputy(self, member: Member) -> Response:
        return self.shown({"deputy": queries.deputy_of(member)}, deputy_shapes.DeputyOut)


@extend_schema(tags=["people"])
class TimeOffViewSet(ApiViewSet):
    """Time off of one member."""

    verbs = {"list": "people.read", "create": "time_off.plan", "destroy": "time_off.plan"}
    serializer_class = shapes.TimeOffOut
    lookup_url_kwarg, lookup_value_converter = "absence_id", "uuid"

    @extend_schema(operation_id="time_off", responses=shapes.TimeOffOut(many=True))
    def list(self, request: ApiRequest, member_id: UUID) -> Response:
        """Absences that are not over."""
        return self.shown(queries.time_off_of(queries.member_for(member_id), request.at), many=True)

    @extend_schema(operation_id="time_off_add", request=shapes.TimeOffIn, responses={201: shapes.TimeOffOut})
    def create(self, request: ApiRequest, member_id: UUID) -> Response:
        """Plan an absence: for yourself, for who sits in a team you manage, or as an admin."""
        given = self.given()
        absence = membership.add_time_off(queries.member_for(member_id), **given, by=request.member, at=request.at)
        return self.shown(absence, status=201)

    @extend_schema(operation_id="time_off_remove", responses={204: None})
    def destroy(self, request: ApiRequest, member_id: UUID, absence_id: UUID) -> Response:
        """The member is there after all."""
        membership.remove_time_off(queries.absence_for(member_id, absence_id), by=request.member, at=request.at)
        return Response(status=204)


@extend_schema(tags=["security"])
class SecurityEventViewSet(ApiViewSet):
    """The security log."""

    verbs = {"list": "security.read"}
    serializer_class = shapes.SecurityEventOut
    pagination_class = KeysetPages

    @extend_schema(
        operation_id="security_events",
        parameters=[
            OpenApiParameter("member", UUID, description="Who did it, or whose account it was."),
            OpenApiParameter("kind", str, description=f"A kind, or one of {', '.join(GROUPS)}."),
            OpenApiParameter("since", datetime),
            OpenApiParameter("until", datetime),
            OpenApiParameter("cursor", str),
            OpenApiParameter("limit", int),
        ],
        responses=shapes.SecurityLogPage,
    )
    def list(self, request: ApiRequest) -> Response:
        """Sign-ins, factors, keys, invitations, roles and refusals, newest first. Never changed, never deleted."""
        try:
            member = UUID(given) if (given := word(request, "member")) else None
        except ValueError:
            raise BadInput("This is not the id of a member.", field="member") from None
        wanted = Wanted(member, word(request, "kind"), moment(request, "since"), moment(request, "until"))
        return self.paged(lambda after, size: security_events(wanted, after, size))
