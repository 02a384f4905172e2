"""Invitations: made, renewed, taken back."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.errors import BadInput
from core.http.params import body
from core.people import inviting, queries
from core.people.api import serializers as shapes
from core.people.models import Invitation, Team

TOLD_ONCE = {"Cache-Control": "no-store"}


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
        http, given = request._request, body(request, shapes.InvitationIn)
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
