"""The API's door to governance: versions, change requests and their verbs, plan and apply of a whole blueprint."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from governance import queries
from governance import serializers as shapes
from governance.actions import deciding, drafting, submitting
from governance.actions.acknowledging import acknowledge
from governance.actions.publishing import publish
from governance.actions.rolling_back import roll_back
from governance.checks import verdict_of
from governance.impact import Asking, plan
from governance.models import ChangeRequest, Impact
from governance.queries.changes import check_document_of
from governance.rules.differences import Edit, differences, sides_of, title_of
from governance.rules.paths import Document
from governance.yaml_text import LONGEST, as_yaml, checked, read_document
from revops.api import BoundedJSONParser, Envelope, check_text
from revops.errors import BadInput

REFUSED = {403: Envelope, 409: Envelope, 422: Envelope}
PAGE = 50


class Text(BaseParser):
    """A body that is text: YAML, read with bounds by `yaml_text`."""

    media_type = "application/yaml"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, str]:
        raw = stream.read(LONGEST + 1)
        try:
            return {"yaml": raw.decode("utf-8", "replace" if len(raw) > LONGEST else "strict")}
        except UnicodeDecodeError as broken:
            raise BadInput(f"The body is not UTF-8: {broken}", code="bad_yaml") from None


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

    verbs = {"POST": "blueprint.read"}

    @extend_schema(request=None, responses={204: None, 404: Envelope, **REFUSED})
    def post(self, request: Request, number: int) -> Response:
        """Confirm having read what a version changed; once is enough."""
        acknowledge(request.member, number, at=request.at)
        return Response(status=204)


class Plan(APIView):
    """What a whole document would change."""

    verbs = {"POST": "blueprint.read"}
    parser_classes = [Text, BoundedJSONParser]

    @extend_schema(
        request={"application/yaml": OpenApiTypes.STR, "application/json": shapes.DocumentIn},
        responses={200: shapes.PlanOut, **REFUSED},
    )
    def post(self, request: Request) -> Response:
        """Differences from the version in force, what the checks say, and which questions the impact would ask.
        Nothing is kept."""
        proposed = _document(request)
        base = queries.document_of(request.workspace.blueprint_version)
        edits = differences(base, proposed)
        findings = check_document_of(base, proposed)
        verdict = verdict_of(findings)
        asking = Asking(request.workspace.pk, base, proposed, request.at, submitting.DAYS)
        return Response(
            {
                "base_version": request.workspace.blueprint_version,
                "edits": _edits(proposed, edits),
                "sides": sides_of(proposed, edits),
                "checks": [_finding(each) for each in findings],
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
        words = {name: request.query_params.get(name, "") for name in ("title", "reason")}
        for name, text in words.items():
            check_text(text, name)
        change = drafting.draft(
            request.member,
            title=words["title"] or "Apply a blueprint file",
            reason=words["reason"][:10_000],
            at=request.at,
        )
        drafting.propose_document(change, proposed, by=request.member)
        if request.query_params.get("submit", "true") != "false":
            submitting.submit(change, by=request.member, at=request.at)
        return Response(_change(change), status=201)


class Changes(APIView):
    """Change requests."""

    verbs = {"GET": "blueprint.read", "POST": "change.propose"}

    @extend_schema(
        parameters=[
            OpenApiParameter("state", str, enum=["open", "closed", *ChangeRequest.State.values]),
            OpenApiParameter("before", int, description="Only requests with a smaller number: `next` of a page."),
        ],
        responses={200: shapes.ChangePageOut, **REFUSED},
        operation_id="changes_list",
    )
    def get(self, request: Request) -> Response:
        """Newest first, 50 a page."""
        state, before = request.query_params.get("state", ""), request.query_params.get("before", "")
        if state not in {"", "open", "closed", *ChangeRequest.State.values}:
            raise BadInput("There is no such state.", field="state")
        found = queries.changes(request.member, state).defer("document")
        if before:
            if not (before.isascii() and before.isdecimal() and len(before) < 18):
                raise BadInput("This is a number.", field="before")
            found = found.filter(number__lt=int(before))
        rows = list(found[: PAGE + 1])
        return Response(
            {
                "results": [_headline(each) for each in rows[:PAGE]],
                "next": rows[PAGE - 1].number if len(rows) > PAGE else None,
            }
        )

    @extend_schema(request=shapes.ChangeIn, responses={201: shapes.ChangeOut, **REFUSED})
    def post(self, request: Request) -> Response:
        """Open a draft with edits by path; `submit` hands it in at once. Every error names the path."""
        given = shapes.ChangeIn(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        change = drafting.draft(
            request.member,
            title=said["title"],
            reason=said["reason"],
            edits=[(edit["path"], edit["after"]) for edit in said["edits"]],
            at=request.at,
        )
        if said["submit"]:
            submitting.submit(change, by=request.member, at=request.at)
        return Response(_change(change), status=201)


class ChangeByNumber(APIView):
    """One change request."""

    verbs = {"GET": "blueprint.read"}

    @extend_schema(responses={200: shapes.ChangeOut, 404: Envelope, **REFUSED}, operation_id="change_read")
    def get(self, request: Request, number: int) -> Response:
        """Its edits, checks, answers, and the state of its impact."""
        return Response(_change(queries.change_for(request.member, number)))


class Edits(APIView):
    """The edits of a draft."""

    verbs = {"POST": "change.propose"}

    @extend_schema(request=shapes.EditsIn, responses={200: shapes.ChangeOut, 404: Envelope, **REFUSED})
    def post(self, request: Request, number: int) -> Response:
        """Put more edits into a draft, over what it proposes already."""
        given = shapes.EditsIn(data=request.data)
        given.is_valid(raise_exception=True)
        change = queries.change_for(request.member, number)
        edits = [(edit["path"], edit["after"]) for edit in given.validated_data["edits"]]
        drafting.propose(change, edits, by=request.member)
        return Response(_change(change))


class ImpactOfChange(APIView):
    """What would have been different."""

    verbs = {"GET": "blueprint.read", "POST": "change.propose"}

    @extend_schema(responses={200: shapes.ImpactOut, 404: Envelope, **REFUSED}, operation_id="change_impact_read")
    def get(self, request: Request, number: int) -> Response:
        """The impact asked for last: its state, its progress, and its answers."""
        return Response(_impact(queries.newest_impact(queries.change_for(request.member, number))))

    @extend_schema(request=shapes.DaysIn, responses={202: shapes.ImpactOut, 404: Envelope, **REFUSED})
    def post(self, request: Request, number: int) -> Response:
        """Ask anew, over another stretch of days."""
        given = shapes.DaysIn(data=request.data)
        given.is_valid(raise_exception=True)
        change = queries.change_for(request.member, number)
        impact = submitting.ask_impact(change, by=request.member, at=request.at, days=given.validated_data["days"])
        return Response(_impact(impact), status=202)


class Verb(APIView):
    """A small resource that a POST makes."""

    def post(self, request: Request, number: int) -> Response:
        """Do it, and answer with the request as it is then."""
        change = queries.change_for(request.member, number)
        shown = self.act(request, change) or change
        return Response(_change(shown), status=201)

    verbs: dict[str, str] = {}

    def act(self, request: Request, change: ChangeRequest) -> ChangeRequest | None:
        """What the verb means."""
        raise NotImplementedError

    def note(self, request: Request) -> str:
        """What was said to it."""
        given = shapes.NoteIn(data=request.data)
        given.is_valid(raise_exception=True)
        note: str = given.validated_data["note"]
        return note


ANSWERS = {201: shapes.ChangeOut, 404: Envelope, **REFUSED}


@extend_schema(request=None, responses=ANSWERS)
class Submission(Verb):
    """Freeze the draft, run the checks, ask for the impact and for review."""

    verbs = {"POST": "change.propose"}

    def act(self, request: Request, change: ChangeRequest) -> None:
        submitting.submit(change, by=request.member, at=request.at)


@extend_schema(request=shapes.NoteIn, responses=ANSWERS)
class Approval(Verb):
    """Agree; never the author, never a program."""

    verbs = {"POST": "change.approve"}

    def act(self, request: Request, change: ChangeRequest) -> None:
        deciding.approve(change, by=request.member, at=request.at, note=self.note(request))


@extend_schema(request=shapes.NoteIn, responses=ANSWERS)
class Rejection(Verb):
    """Turn down, with a note that says why."""

    verbs = {"POST": "change.approve"}

    def act(self, request: Request, change: ChangeRequest) -> None:
        deciding.reject(change, by=request.member, at=request.at, note=self.note(request))


@extend_schema(request=None, responses=ANSWERS)
class Withdrawal(Verb):
    """Take back before it is published."""

    verbs = {"POST": "change.propose"}

    def act(self, request: Request, change: ChangeRequest) -> None:
        deciding.withdraw(change, by=request.member, at=request.at)


@extend_schema(request=None, responses=ANSWERS)
class Publication(Verb):
    """Make an approved request the next version."""

    verbs = {"POST": "change.publish"}

    def act(self, request: Request, change: ChangeRequest) -> None:
        publish(change, by=request.member, at=request.at)


@extend_schema(request=shapes.RollbackIn, responses=ANSWERS)
class Rollback(Verb):
    """Ask to restore the version before a published request; answers with the new request, which is in review."""

    verbs = {"POST": "change.propose"}

    def act(self, request: Request, change: ChangeRequest) -> ChangeRequest:
        given = shapes.RollbackIn(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        return roll_back(
            change, by=request.member, at=request.at, reason=said["reason"], to_version=said.get("to_version")
        )


# --- what is told ---------------------------------------------------------------------------------------------------


def _document(request: Request) -> Document:
    if isinstance(request.data, dict) and isinstance(request.data.get("yaml"), str):
        return read_document(request.data["yaml"])
    if isinstance(request.data, dict) and "document" in request.data:
        return checked(request.data["document"])
    raise BadInput("Send the blueprint as YAML, or as JSON under “document”.", field="document")


def _version(version: Any, *, with_document: bool = True) -> dict[str, Any]:
    told = {
        "number": version.number,
        "summary": version.summary,
        "published_at": version.published_at,
        "published_by": version.published_by.email if version.published_by else None,
    }
    return told | {"document": version.document} if with_document else told


def _headline(change: ChangeRequest) -> dict[str, Any]:
    return {
        "number": change.number,
        "kind": change.kind,
        "state": change.state,
        "title": change.title,
        "reason": change.reason,
        "author": change.author.email or change.author.name if change.author else None,
        "base_version": change.base_version,
        "published_version": change.published_version,
        "created_at": change.created_at,
        "submitted_at": change.submitted_at,
        "decided_at": change.decided_at,
        "published_at": change.published_at,
    }


def _change(change: ChangeRequest) -> dict[str, Any]:
    edits, proposed = queries.edits_of(change), queries.proposed_by(change)
    impact = queries.newest_impact(change)
    said = queries.checks_of(change)
    return _headline(change) | {
        "rolls_back": change.rolls_back.number if change.rolls_back else None,
        "edits": _edits(proposed, edits),
        "sides": sides_of(proposed, edits),
        "checks": [_finding(each) for each in said.findings],
        "verdict": said.verdict,
        "answers": [
            {"member": each.member.email, "verdict": each.verdict, "note": each.note, "at": each.at}
            for each in queries.approvals_of(change)
        ],
        "impact": {"state": impact.state, "progress_ratio": impact.progress_ratio} if impact else None,
    }


def _edits(document: Document, edits: Iterable[Edit]) -> list[dict[str, Any]]:
    return [
        {
            "path": list(edit.path),
            "spelled": edit.spelled,
            "title": title_of(document, edit.path),
            "before": edit.before,
            "after": edit.after,
        }
        for edit in edits
    ]


def _finding(finding: Any) -> dict[str, str]:
    return {"key": finding.key, "label": finding.label, "verdict": finding.verdict, "detail": finding.detail}


def _impact(impact: Impact | None) -> dict[str, Any]:
    if impact is None:
        return {"state": "none", "progress_ratio": 0.0, "days": None, "asked_at": None, "error": "", "summary": {}}
    return {
        "state": impact.state,
        "progress_ratio": impact.progress_ratio,
        "days": impact.days,
        "asked_at": impact.asked_at,
        "error": impact.error,
        "summary": impact.summary,
    }
