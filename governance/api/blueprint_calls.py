"""The blueprint for programs: the version in force, those before it, a whole document at once, and setup mode."""

from types import SimpleNamespace
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from blueprint.differences import differences, sides_of
from blueprint.documents import blueprint_of
from blueprint.keys import keyed
from blueprint.paths import Document
from core.errors import BadInput
from core.http.api import BoundedJSONParser
from core.http.paging import Cursor
from core.http.params import flag, word
from core.http.requests import ApiRequest
from core.http.viewsets import ApiViewSet
from governance.actions import drafting, submitting
from governance.actions.acknowledging import acknowledge
from governance.actions.proving import ask_proofs
from governance.actions.setting_up import end_setup
from governance.api import serializers as shapes
from governance.api.change_calls import MISSING, PROVED_PATH, REFUSED
from governance.api.proof_serializers import ProofsOut
from governance.api.start_serializers import StepsOut
from governance.checks import run_checks, verdict_of
from governance.impact.plan import Asking, plan
from governance.queries.detail import ChangeDetail
from governance.queries.gone_names import gone_names
from governance.queries.proofs import proofs_of
from governance.queries.published import document_of, version_for, versions
from governance.queries.reviews import setup_changes
from governance.queries.steps import six_steps
from governance.queries.workspace_facts import facts_of
from governance.yaml_text import LONGEST, as_yaml, checked, read_document


class TextParser(BaseParser):
    """A body that is text: YAML, read with bounds by `yaml_text`."""

    media_type = "application/yaml"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, str]:
        raw = stream.read(LONGEST + 1)
        try:
            return {"yaml": raw.decode("utf-8", "replace" if len(raw) > LONGEST else "strict")}
        except UnicodeDecodeError as broken:
            raise BadInput(f"The body is not UTF-8: {broken}", code="bad_yaml") from None


PARSERS = [TextParser, BoundedJSONParser]
DOCUMENT = {"application/yaml": OpenApiTypes.STR, "application/json": shapes.DocumentIn}


class BlueprintViewSet(ApiViewSet):
    """The blueprint in force, and whole documents that would replace it."""

    verbs = {
        "blueprint": "blueprint.read",
        "text": "blueprint.read",
        "gone_names": "blueprint.read",
        "plan": "change.propose",
        "apply": "change.propose",
        "proofs": "blueprint.read",
        "ask_proofs": "change.propose",
    }
    serializer_class = shapes.VersionOut

    @extend_schema(responses={200: shapes.VersionOut, **REFUSED}, operation_id="blueprint_read")
    @action(detail=False)
    def blueprint(self, request: ApiRequest) -> Response:
        """The version in force with its whole document."""
        return self.shown(version_for(request.member, request.workspace.blueprint_version))

    @extend_schema(responses={200: shapes.GoneNameOut(many=True), **REFUSED}, operation_id="blueprint_gone_names")
    @action(detail=False, url_path="blueprint/gone-names", pagination_class=None)
    def gone_names(self, request: ApiRequest) -> Response:
        """Places of the version in force that name somebody who is not here any more."""
        return self.shown(gone_names(blueprint_of(request.workspace)), shapes.GoneNameOut, many=True)

    @extend_schema(responses={(200, "application/yaml"): OpenApiTypes.STR, **REFUSED})
    @action(detail=False, url_path="blueprint.yaml")
    def text(self, request: ApiRequest) -> HttpResponse:
        """The document as YAML, ready for `plan` and `apply`."""
        text = as_yaml(document_of(request.workspace.blueprint_version))
        return HttpResponse(text, content_type="application/yaml; charset=utf-8")

    @extend_schema(request=DOCUMENT, responses={200: shapes.PlanOut, **REFUSED})
    @action(detail=False, methods=["post"], url_path="blueprint/plan", parser_classes=PARSERS)
    def plan(self, request: ApiRequest) -> Response:
        """Differences from the version in force, what the checks say, and which questions the impact would ask.
        Nothing is kept."""
        version = request.workspace.blueprint_version
        base = document_of(version)
        proposed = keyed(_document(request), base)
        edits, findings = differences(base, proposed), run_checks(base, proposed, facts_of)
        told = SimpleNamespace(base_version=version, proposed=proposed, edits=edits, checks=findings)
        told.sides, told.verdict, told.questions = sides_of(proposed, edits), verdict_of(findings), []
        if told.verdict != "failed":
            asking = Asking(base, proposed, request.at, submitting.DAYS)
            told.questions = [{"kind": kind, "about": about} for kind, about in plan(asking)]
        return self.shown(told, shapes.PlanOut)

    @extend_schema(
        request=DOCUMENT,
        parameters=[
            OpenApiParameter("title", str, description="What should change, in a few words."),
            OpenApiParameter("reason", str),
            OpenApiParameter("submit", bool, description="Hand it in at once; true unless told."),
        ],
        responses={201: shapes.ChangeOut, **REFUSED},
    )
    @action(detail=False, methods=["post"], url_path="blueprint/apply", parser_classes=PARSERS)
    def apply(self, request: ApiRequest) -> Response:
        """Open a change request with the differences, and hand it in for review."""
        proposed, submit = _document(request), flag(request, "submit")
        title = word(request, "title") or "Apply a blueprint file"
        change = drafting.draft(request.member, title=title, reason=word(request, "reason"), at=request.at)
        drafting.propose_document(change, proposed, by=request.member, at=request.at)
        if submit is not False:
            submitting.submit(change, by=request.member, at=request.at)
        return self.shown(ChangeDetail(change), shapes.ChangeOut, status=201)

    @extend_schema(
        parameters=[PROVED_PATH], responses={200: ProofsOut, **REFUSED}, operation_id="blueprint_proofs_read"
    )
    @action(detail=False, url_path="blueprint/proofs")
    def proofs(self, request: ApiRequest) -> Response:
        """What is proved of the rules and criteria in force, with an example record for each."""
        document = document_of(request.workspace.blueprint_version)
        return self.shown({"results": proofs_of(document, word(request, "path"))}, ProofsOut)

    @extend_schema(request=None, responses={202: ProofsOut, **REFUSED}, operation_id="blueprint_proofs_ask")
    @proofs.mapping.post
    def ask_proofs(self, request: ApiRequest) -> Response:
        """Prove every rule and criterion in force that nobody has asked about; a worker answers."""
        document = document_of(request.workspace.blueprint_version)
        ask_proofs(document, at=request.at)
        return self.shown({"results": proofs_of(document)}, ProofsOut, status=202)


def _document(request: Request) -> Document:
    if isinstance(request.data, dict) and isinstance(request.data.get("yaml"), str):
        return read_document(request.data["yaml"])
    if isinstance(request.data, dict) and "document" in request.data:
        return checked(request.data["document"])
    raise BadInput("Send the blueprint as YAML, or as JSON under “document”.", field="document")


class ByNumber(Cursor):
    """Versions, newest first."""

    ordering = ("-number",)


class VersionViewSet(ApiViewSet):
    """Published versions of the blueprint, and who has read them."""

    verbs = {"list": "blueprint.read", "retrieve": "blueprint.read", "acknowledgement": "version.acknowledge"}
    serializer_class = shapes.VersionOut
    pagination_class = ByNumber
    lookup_url_kwarg, lookup_value_converter = "number", "int"

    @extend_schema(
        responses={200: shapes.VersionHeadOut(many=True), **REFUSED},
        operation_id="blueprint_versions_list",
    )
    def list(self, request: ApiRequest) -> Response:
        """Newest first, without the documents."""
        return self.paged(versions(request.member), shapes.VersionHeadOut)

    @extend_schema(responses={200: shapes.VersionOut, **MISSING}, operation_id="blueprint_version_read")
    def retrieve(self, request: ApiRequest, number: int) -> Response:
        """With its whole document."""
        return self.shown(version_for(request.member, number))

    @extend_schema(request=None, responses={204: None, **MISSING})
    @action(detail=True, methods=["post"])
    def acknowledgement(self, request: ApiRequest, number: int) -> Response:
        """Confirm having read what a version changed; once is enough."""
        acknowledge(request.member, number, at=request.at)
        return Response(status=204)


class StepsViewSet(ApiViewSet):
    """The six steps of the workspace."""

    verbs = {"steps": "blueprint.read"}
    serializer_class = StepsOut

    @extend_schema(responses=StepsOut, operation_id="steps")
    @action(detail=False)
    def steps(self, request: ApiRequest) -> Response:
        """Each step, whether it is done, and what is missing; judged by what is here now."""
        return self.shown(six_steps(request.workspace, request.member))


class SetupViewSet(ApiViewSet):
    """Whether one person publishes alone here, and what they published."""

    verbs = {"setup_mode": "blueprint.read", "end": "change.approve"}
    serializer_class = shapes.SetupOut

    @extend_schema(responses={200: shapes.SetupOut, **REFUSED}, operation_id="setup_read")
    @action(detail=False, url_path="setup")
    def setup_mode(self, request: ApiRequest) -> Response:
        """Since when, and every change that setup mode let through, with who confirmed it."""
        changes = setup_changes(request.member)
        return self.shown({"since": request.workspace.setup_since, "changes": changes})

    @extend_schema(request=shapes.SetupEndIn, responses={201: shapes.SetupOut, **REFUSED}, operation_id="setup_end")
    @action(detail=False, methods=["post"], url_path="setup/end")
    def end(self, request: ApiRequest) -> Response:
        """End it for good, as a second approver. `confirms` says yes to what nobody has confirmed yet; each can be
        confirmed by itself with its approval."""
        confirms = self.given()["confirms"]
        ended = end_setup(request.workspace, by=request.member, at=request.at, confirms=confirms)
        return self.shown({"since": ended.setup_since, "changes": setup_changes(request.member)}, status=201)
