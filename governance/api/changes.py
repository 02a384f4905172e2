"""Change requests: the list, a new one, more edits, and what would have been different."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.errors import BadInput
from core.http.api import Envelope
from core.http.params import body
from governance import queries
from governance.actions import drafting, submitting
from governance.api import serializers as shapes
from governance.api.told import REFUSED, change_out, headline_out
from governance.models import ChangeRequest, Impact

PAGE = 50


class Changes(APIView):
    """Change requests."""

    verbs = {"GET": "blueprint.read", "POST": "change.propose"}

    @extend_schema(
        parameters=[
            OpenApiParameter("state", str, enum=["open", "closed", "unreviewed", *ChangeRequest.State.values]),
            OpenApiParameter("before", int, description="Only requests with a smaller number: `next` of a page."),
        ],
        responses={200: shapes.ChangePageOut, **REFUSED},
        operation_id="changes_list",
    )
    def get(self, request: Request) -> Response:
        """Newest first, 50 a page."""
        state, before = request.query_params.get("state", ""), request.query_params.get("before", "")
        if state not in {"", "open", "closed", "unreviewed", *ChangeRequest.State.values}:
            raise BadInput("There is no such state.", field="state")
        found = queries.changes(request.member, state).defer("document")
        if before:
            if not (before.isascii() and before.isdecimal() and len(before) < 18):
                raise BadInput("This is a number.", field="before")
            found = found.filter(number__lt=int(before))
        rows = list(found[: PAGE + 1])
        return Response(
            {
                "results": [headline_out(each) for each in rows[:PAGE]],
                "next": rows[PAGE - 1].number if len(rows) > PAGE else None,
            }
        )

    @extend_schema(request=shapes.ChangeIn, responses={201: shapes.ChangeOut, **REFUSED})
    def post(self, request: Request) -> Response:
        """Open a draft with edits by path; `submit` hands it in at once. Every error names the path."""
        asked = body(request, shapes.ChangeIn)
        change = drafting.draft(
            request.member,
            title=asked["title"],
            reason=asked["reason"],
            edits=_edits_of(asked),
            at=request.at,
        )
        if asked["submit"]:
            submitting.submit(change, by=request.member, at=request.at)
        return Response(change_out(change), status=201)


class ChangeByNumber(APIView):
    """One change request."""

    verbs = {"GET": "blueprint.read"}

    @extend_schema(responses={200: shapes.ChangeOut, 404: Envelope, **REFUSED}, operation_id="change_read")
    def get(self, request: Request, number: int) -> Response:
        """Its edits, checks, answers, and the state of its impact."""
        return Response(change_out(queries.change_for(request.member, number)))


class Edits(APIView):
    """The edits of a draft."""

    verbs = {"POST": "change.propose"}

    @extend_schema(request=shapes.EditsIn, responses={200: shapes.ChangeOut, 404: Envelope, **REFUSED})
    def post(self, request: Request, number: int) -> Response:
        """Put more edits into a draft, over what it proposes already."""
        edits = _edits_of(body(request, shapes.EditsIn))
        change = queries.change_for(request.member, number)
        drafting.propose(change, edits, by=request.member, at=request.at)
        return Response(change_out(change))


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
        days = body(request, shapes.DaysIn)["days"]
        change = queries.change_for(request.member, number)
        impact = submitting.ask_impact(change, by=request.member, at=request.at, days=days)
        return Response(_impact(impact), status=202)


def _edits_of(asked: dict[str, Any]) -> list[tuple[Any, Any]]:
    return [(edit["path"], edit["after"]) for edit in asked["edits"]]


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
