"""Setup mode over the API."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.http.params import body
from governance import queries
from governance.actions.setting_up import end_setup
from governance.api import serializers as shapes
from governance.api.told import REFUSED


class Setup(APIView):
    """Whether one person publishes alone here, and what they published."""

    verbs = {"GET": "blueprint.read"}

    @extend_schema(responses={200: shapes.SetupOut, **REFUSED}, operation_id="setup_read")
    def get(self, request: Request) -> Response:
        """Since when, and every change that setup mode let through, with who confirmed it."""
        return Response(_setup(request))


class SetupEnd(APIView):
    """The end of setup mode."""

    verbs = {"POST": "change.approve"}

    @extend_schema(request=shapes.SetupEndIn, responses={201: shapes.SetupOut, **REFUSED}, operation_id="setup_end")
    def post(self, request: Request) -> Response:
        """End it for good, as a second approver. `confirms` says yes to what nobody has confirmed yet; each can be
        confirmed by itself with its approval."""
        confirms = body(request, shapes.SetupEndIn)["confirms"]
        request._request.workspace = end_setup(request.workspace, by=request.member, at=request.at, confirms=confirms)
        return Response(_setup(request), status=201)


def _setup(request: Request) -> dict[str, Any]:
    return {
        "since": request._request.workspace.setup_since,
        "changes": [
            {
                "number": change.number,
                "title": change.title,
                "published_version": change.published_version,
                "published_at": change.published_at,
                "author": change.author.email or change.author.name if change.author else None,
                "confirmed_by": [each.member.email for each in change.approvals.all()],
            }
            for change in queries.setup_changes(request.member)
        ],
    }
