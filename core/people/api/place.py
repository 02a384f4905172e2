"""Who am I here, and the workspace itself."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.http.params import body
from core.http.promised import KnownKeys
from core.people.actions import change_workspace
from core.people.api import serializers as shapes


class Entered(BasePermission):
    """Whoever came in, whatever their scopes."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return getattr(request._request, "member", None) is not None


class Me(APIView):
    """Who am I here?"""

    permission_classes = [Entered, KnownKeys]

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
        http, given = request._request, body(request, shapes.WorkspaceIn)
        present = http.workspace
        said = shapes.chosen(given, name=present.name, time_zone=present.time_zone, currency=present.currency)
        changed = change_workspace(present, **said, by=http.member, at=http.at)
        return Response(shapes.WorkspaceOut(changed).data)
