"""Published versions of the blueprint: the one in force, those before it, and who has read them."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from blueprint.models import BlueprintVersion
from core.http.api import Envelope
from governance import queries
from governance.actions.acknowledging import acknowledge
from governance.api import serializers as shapes
from governance.api.told import REFUSED
from governance.yaml_text import as_yaml


class Blueprint(APIView):
    """The version in force."""

    verbs = {"GET": "blueprint.read"}

    @extend_schema(responses={200: shapes.VersionOut, **REFUSED}, operation_id="blueprint_read")
    def get(self, request: Request) -> Response:
        """The version in force with its whole document."""
        return Response(_version(queries.version_for(request.member, request.workspace.blueprint_version)))


class BlueprintText(APIView):
    """The version in force as a file."""

    verbs = {"GET": "blueprint.read"}

    @extend_schema(responses={(200, "application/yaml"): OpenApiTypes.STR, **REFUSED})
    def get(self, request: Request) -> HttpResponse:
        """The document as YAML, ready for `plan` and `apply`."""
        text = as_yaml(queries.document_of(request.workspace.blueprint_version))
        return HttpResponse(text, content_type="application/yaml; charset=utf-8")


class Versions(APIView):
    """Every published version."""

    verbs = {"GET": "blueprint.read"}

    @extend_schema(responses={200: shapes.VersionPageOut, **REFUSED}, operation_id="blueprint_versions_list")
    def get(self, request: Request) -> Response:
        """Newest first, without the documents; at most 500."""
        found = queries.versions(request.member)[:500]
        return Response({"results": [_version(each, with_document=False) for each in found]})


class VersionByNumber(APIView):
    """One published version."""

    verbs = {"GET": "blueprint.read"}

    @extend_schema(responses={200: shapes.VersionOut, 404: Envelope, **REFUSED}, operation_id="blueprint_version_read")
    def get(self, request: Request, number: int) -> Response:
        """With its whole document."""
        return Response(_version(queries.version_for(request.member, number)))


class Acknowledgement(APIView):
    """ "I have read this"."""

    verbs = {"POST": "version.acknowledge"}

    @extend_schema(request=None, responses={204: None, 404: Envelope, **REFUSED})
    def post(self, request: Request, number: int) -> Response:
        """Confirm having read what a version changed; once is enough."""
        acknowledge(request.member, number, at=request.at)
        return Response(status=204)


def _version(version: BlueprintVersion, *, with_document: bool = True) -> dict[str, Any]:
    told = {
        "number": version.number,
        "summary": version.summary,
        "published_at": version.published_at,
        "published_by": version.published_by.email if version.published_by else None,
    }
    return told | {"document": version.document} if with_document else told
