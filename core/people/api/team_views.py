"""Teams, the places in them, and invitations to them."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from core.errors import BadInput
from core.http.paging import Cursor
from core.http.requests import ApiRequest
from core.http.viewsets import ApiViewSet
from core.people import inviting, queries, team_seats
from core.people.api import serializers as shapes
from core.people.inviting_many import invite_many
from core.people.models import Invitation, Member, Team

TOLD_ONCE = {"Cache-Control": "no-store"}


class ByKey(Cursor):
    """Teams by key."""

    ordering = ("key",)


@extend_schema(tags=["teams"])
class TeamViewSet(ApiViewSet):
    """Teams."""

    verbs = {
        "list": "people.read",
        "create": "people.manage",
        "retrieve": "people.read",
        "partial_update": "people.manage",
    }
    serializer_class = shapes.TeamWithSeats
    pagination_class = ByKey
    lookup_url_kwarg, lookup_value_converter = "key", "slug"

    @extend_schema(operation_id="teams", responses=shapes.TeamWithSeats(many=True))
    def list(self, request: ApiRequest) -> Response:
        """Teams with their seats, by key."""
        return self.paged(Team.objects.prefetch_related("seats__member"))

    @extend_schema(operation_id="team_create", request=shapes.TeamIn, responses={201: shapes.TeamWithSeats})
    def create(self, request: ApiRequest) -> Response:
        """Found a team; its key is made from the name and never changes."""
        given = self.given()
        given["manager"] = _manager(given)
        return self.shown(team_seats.create_team(**given, by=request.member, at=request.at), status=201)

    @extend_schema(operation_id="team", responses=shapes.TeamWithSeats)
    def retrieve(self, request: ApiRequest, key: str) -> Response:
        """One team with its seats."""
        return self.shown(queries.team_for(key))

    @extend_schema(operation_id="team_change", request=shapes.TeamIn(partial=True), responses=shapes.TeamWithSeats)
    def partial_update(self, request: ApiRequest, key: str) -> Response:
        """Change a team's name, side, region or manager."""
        team, given = queries.team_for(key), self.given()
        said = shapes.chosen(given, team, "name", "function", "region")
        manager = _manager(given, team.manager)
        return self.shown(team_seats.edit_team(team, **said, manager=manager, by=request.member, at=request.at))


def _manager(given: dict[str, Any], standing: Member | None = None) -> Member | None:
    if "manager" not in given:
        return standing
    if given["manager"] is None:
        return None
    found = Member.objects.filter(pk=given["manager"]).first()
    if found is None:
        raise BadInput("There is no such member.", field="manager")
    return found


@extend_schema(tags=["teams"])
class SeatViewSet(ApiViewSet):
    """A member's place in a team."""

    verbs = {"update": "seats.manage", "destroy": "seats.manage"}
    serializer_class = shapes.SeatOut
    lookup_url_kwarg, lookup_value_converter = "member_id", "uuid"

    @extend_schema(
        operation_id="seat_give", request=shapes.SeatIn, responses={200: shapes.SeatOut, 201: shapes.SeatOut}
    )
    def update(self, request: ApiRequest, key: str, member_id: UUID) -> Response:
        """Give the place, or change its weight and cap."""
        team, member = queries.team_for(key), queries.member_for(member_id)
        place, is_new = team_seats.seat(team, member, **self.given(), by=request.member, at=request.at)
        return self.shown(place, status=201 if is_new else 200)

    @extend_schema(operation_id="seat_remove", responses={204: None})
    def destroy(self, request: ApiRequest, key: str, member_id: UUID) -> Response:
        """Take the place away; open handoffs stay with the member."""
        team, member = queries.team_for(key), queries.member_for(member_id)
        team_seats.unseat(team, member, by=request.member, at=request.at)
        return Response(status=204)


@extend_schema(tags=["people"])
class InvitationViewSet(ApiViewSet):
    """Invitations: made, renewed, taken back."""

    verbs = dict.fromkeys(("list", "create", "batch", "revocation", "renewal"), "people.manage")
    serializer_class = shapes.InvitationOut
    pagination_class = Cursor
    lookup_url_kwarg, lookup_value_converter = "invitation_id", "uuid"

    @extend_schema(operation_id="invitations", responses=shapes.InvitationOut(many=True))
    def list(self, request: ApiRequest) -> Response:
        """Invitations, newest first."""
        return self.paged(Invitation.objects.select_related("team"))

    @extend_schema(operation_id="invite", request=shapes.InvitationIn, responses={201: shapes.IssuedOut})
    def create(self, request: ApiRequest) -> Response:
        """Invite an address: a mail with a link that works once, for seven days."""
        given = self.given()
        team = _team(given.get("team"))
        issued = inviting.invite(email=given["email"], role=given["role"], team=team, by=request.member, at=request.at)
        return self.shown(issued, shapes.IssuedOut, status=201, headers=TOLD_ONCE)

    @extend_schema(
        operation_id="invite_many", request=shapes.InvitationsIn, responses={201: shapes.InvitedOut(many=True)}
    )
    @action(detail=False, methods=["post"], pagination_class=None)
    def batch(self, request: ApiRequest) -> Response:
        """Invite everybody on a list, at most 100. What is wrong with one line stops no other; links are in the mails
        alone."""
        given = self.given()
        how = {"role": given["role"], "team": _team(given.get("team")), "by": request.member, "at": request.at}
        return self.shown(invite_many(given["emails"], field="emails", **how), shapes.InvitedOut, many=True, status=201)

    @extend_schema(operation_id="invitation_revoke", request=None, responses=shapes.InvitationOut)
    @action(detail=True, methods=["post"])
    def revocation(self, request: ApiRequest, invitation_id: UUID) -> Response:
        """Close an invitation that was not answered."""
        invitation = queries.invitation_for(invitation_id)
        return self.shown(inviting.revoke(invitation, by=request.member, at=request.at))

    @extend_schema(operation_id="invitation_renew", request=None, responses={201: shapes.IssuedOut})
    @action(detail=True, methods=["post"])
    def renewal(self, request: ApiRequest, invitation_id: UUID) -> Response:
        """A new link for another seven days; the former one no longer works."""
        issued = inviting.send_again(queries.invitation_for(invitation_id), by=request.member, at=request.at)
        return self.shown(issued, shapes.IssuedOut, status=201, headers=TOLD_ONCE)


def _team(key: str | None) -> Team | None:
    """The team of this key, where one is named. Raises BadInput."""
    team = Team.objects.filter(key=key).first() if key else None
    if key and team is None:
        raise BadInput("There is no such team.", field="team")
    return team
