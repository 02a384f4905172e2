"""A whole blueprint at once: what it would change, and proposing it."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from blueprint.differences import differences, sides_of
from blueprint.keys import keyed
from blueprint.paths import Document
from core.errors import BadInput
from core.http.api import BoundedJSONParser
from core.http.params import word
from governance import queries
from governance.actions import drafting, submitting
from governance.api import serializers as shapes
from governance.api.told import REFUSED, change_out, edits_out, finding_out
from governance.checks import verdict_of
from governance.impact import Asking, plan
from governance.queries.changes import check_document_of
from governance.yaml_text import LONGEST, checked, read_document


class Text(BaseParser):
    """A body that is text: YAML, read with bounds by `yaml_text`."""

    media_type = "application/yaml"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, str]:
        raw = stream.read(LONGEST + 1)
        try:
            return {"yaml": raw.decode("utf-8", "replace" if len(raw) > LONGEST else "strict")}
        except UnicodeDecodeError as broken:
            raise BadInput(f"The body is not UTF-8: {broken}", code="bad_yaml") from None


class Plan(APIView):
    """What a whole document would change."""

    verbs = {"POST": "change.propose"}
    parser_classes = [Text, BoundedJSONParser]

    @extend_schema(
        request={"application/yaml": OpenApiTypes.STR, "application/json": shapes.DocumentIn},
        responses={200: shapes.PlanOut, **REFUSED},
    )
    def post(self, request: Request) -> Response:
        """Differences from the version in force, what the checks say, and which questions the impact would ask.
        Nothing is kept."""
        base = queries.document_of(request.workspace.blueprint_version)
        proposed = keyed(_document(request), base)
        edits = differences(base, proposed)
        findings = check_document_of(base, proposed)
        verdict = verdict_of(findings)
        asking = Asking(request.workspace.pk, base, proposed, request.at, submitting.DAYS)
        return Response(
            {
                "base_version": request.workspace.blueprint_version,
                "edits": edits_out(proposed, edits),
                "sides": sides_of(proposed, edits),
                "checks": [finding_out(each) for each in findings],
                "verdict": verdict,
                "questions": [] if verdict == "failed" else [{"kind": kind, "about": it} for kind, it in plan(asking)],
            }
        )


class Apply(APIView):
    """A whole document as a change request."""

    verbs = {"POST": "change.propose"}
    parser_classes = [Text, BoundedJSONParser]

    @extend_schema(
        request={"application/yaml": OpenApiTypes.STR, "application/json": shapes.DocumentIn},
        parameters=[
            OpenApiParameter("title", str, description="What should change, in a few words."),
            OpenApiParameter("reason", str),
            OpenApiParameter("submit", bool, description="Hand it in at once; true unless told."),
        ],
        responses={201: shapes.ChangeOut, **REFUSED},
    )
    def post(self, request: Request) -> Response:
        """Open a change request with the differences, and hand it in for review."""
        proposed = _document(request)
        hands_in = word(request, "submit") or "true"
        if hands_in not in ("true", "false"):
            raise BadInput("Say true or false.", field="submit")
        change = drafting.draft(
            request.member,
            title=word(request, "title") or "Apply a blueprint file",
            reason=word(request, "reason"),
            at=request.at,
        )
        drafting.propose_document(change, proposed, by=request.member, at=request.at)
        if hands_in == "true":
            submitting.submit(change, by=request.member, at=request.at)
        return Response(change_out(change), status=201)


def _document(request: Request) -> Document:
    if isinstance(request.data, dict) and isinstance(request.data.get("yaml"), str):
        return read_document(request.data["yaml"])
    if isinstance(request.data, dict) and "document" in request.data:
        return checked(request.data["document"])
    raise BadInput("Send the blueprint as YAML, or as JSON under “document”.", field="document")
