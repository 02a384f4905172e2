"""Change requests for programs: the list, a new one, more edits, its impact, and what is done to it."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from core.errors import BadInput
from core.http.api import Envelope
from core.http.params import word
from core.http.requests import ApiRequest
from core.http.viewsets import ApiViewSet
from governance.actions import deciding, drafting
from governance.actions.proving import ask_proofs
from governance.actions.publishing import publish, retime_again
from governance.actions.rolling_back import roll_back
from governance.actions.submitting import ask_impact, submit
from governance.api import serializers as shapes
from governance.api.proof_serializers import ProofsOut
from governance.models import ChangeRequest
from governance.queries.change_list import STATES, changes
from governance.queries.detail import ChangeDetail, change_for
from governance.queries.proofs import proofs_of
from governance.queries.proposals import base_of, proposed_by

REFUSED = {403: Envelope, 409: Envelope, 422: Envelope}
MISSING = {404: Envelope, **REFUSED}
DID: dict[str, Any] = {
    "responses": {201: shapes.ChangeOut, **MISSING},
    "description": "Do it, and answer with the request as it is then.",
}
PROVED_PATH = OpenApiParameter("path", str, description="Only below this place: `seams/marketing_to_sales/`.")
NO_IMPACT = {"state": "none", "progress_ratio": 0.0, "days": None, "asked_at": None, "error": "", "summary": {}}


class ChangeViewSet(ApiViewSet):
    """Change requests."""

    verbs = {
        "list": "blueprint.read",
        "create": "change.propose",
        "retrieve": "blueprint.read",
        "edits": "change.propose",
        "impact": "blueprint.read",
        "ask_impact": "change.propose",
        "proofs": "blueprint.read",
        "ask_proofs": "change.propose",
        "submission": "change.propose",
        "approval": "change.approve",
        "rejection": "change.approve",
        "withdrawal": "change.propose",
        "publication": "change.publish",
        "retiming": "change.publish",
        "rollback": "change.propose",
    }
    serializer_class = shapes.ChangeOut
    lookup_url_kwarg, lookup_value_converter = "number", "int"

    @extend_schema(
        parameters=[
            OpenApiParameter("state", str, enum=STATES),
            OpenApiParameter("before", int, description="Only requests with a smaller number: `next` of a page."),
        ],
        responses={200: shapes.ChangePageOut, **REFUSED},
        operation_id="changes_list",
    )
    def list(self, request: ApiRequest) -> Response:
        """Newest first, 50 a page."""
        state, before = word(request, "state"), word(request, "before")
        if state and state not in STATES:
            raise BadInput("There is no such state.", field="state")
        if before and not (before.isascii() and before.isdecimal() and len(before) < 18):
            raise BadInput("This is a number.", field="before")
        rows, following = changes(request.member, state, before)
        return self.shown({"results": rows, "next": following}, shapes.ChangePageOut)

    @extend_schema(request=shapes.ChangeIn, responses={201: shapes.ChangeOut, **REFUSED})
    def create(self, request: ApiRequest) -> Response:
        """Open a draft with edits by path; `submit` hands it in at once. Every error names the path."""
        asked = self.given()
        is_whole, edits = asked.pop("submit"), [(each["path"], each["after"]) for each in asked.pop("edits")]
        change = drafting.draft(request.member, edits=edits, at=request.at, **asked)
        if is_whole:
            submit(change, by=request.member, at=request.at)
        return self.told(change, status=201)

    @extend_schema(responses={200: shapes.ChangeOut, **MISSING}, operation_id="change_read")
    def retrieve(self, request: ApiRequest, number: int) -> Response:
        """Its edits, checks, answers, and the state of its impact."""
        return self.told(change_for(request.member, number))

    @extend_schema(request=shapes.EditsIn, responses={200: shapes.ChangeOut, **MISSING})
    @action(detail=True, methods=["post"])
    def edits(self, request: ApiRequest, number: int) -> Response:
        """Put more edits into a draft, over what it proposes already."""
        edits = [(each["path"], each["after"]) for each in self.given()["edits"]]
        change = change_for(request.member, number)
        drafting.propose(change, edits, by=request.member, at=request.at)
        return self.told(change)

    @extend_schema(responses={200: shapes.ImpactOut, **MISSING}, operation_id="change_impact_read")
    @action(detail=True)
    def impact(self, request: ApiRequest, number: int) -> Response:
        """The impact asked for last: its state, its progress, and its answers."""
        impact = ChangeDetail(change_for(request.member, number)).impact
        return self.shown(impact or NO_IMPACT, shapes.ImpactOut)

    @extend_schema(request=shapes.DaysIn, responses={202: shapes.ImpactOut, **MISSING})
    @impact.mapping.post
    def ask_impact(self, request: ApiRequest, number: int) -> Response:
        """Ask anew, over another stretch of days."""
        days = self.given()["days"]
        change = change_for(request.member, number)
        impact = ask_impact(change, by=request.member, at=request.at, days=days)
        return self.shown(impact, shapes.ImpactOut, status=202)

    @extend_schema(parameters=[PROVED_PATH], responses={200: ProofsOut, **MISSING}, operation_id="change_proofs_read")
    @action(detail=True)
    def proofs(self, request: ApiRequest, number: int) -> Response:
        """What is proved of the rules and criteria it proposes, with an example record for each."""
        proposed = proposed_by(change_for(request.member, number))
        return self.shown({"results": proofs_of(proposed, word(request, "path"))}, ProofsOut)

    @extend_schema(request=None, responses={202: ProofsOut, **MISSING}, operation_id="change_proofs_ask")
    @proofs.mapping.post
    def ask_proofs(self, request: ApiRequest, number: int) -> Response:
        """Prove its routing rules and whatever else it changes of rules and criteria; a worker answers."""
        change = change_for(request.member, number)
        ask_proofs(proposed_by(change), base_of(change), at=request.at)
        return self.shown({"results": proofs_of(proposed_by(change))}, ProofsOut, status=202)

    @extend_schema(request=None, **DID)
    @action(detail=True, methods=["post"])
    def submission(self, request: ApiRequest, number: int) -> Response:
        """Freeze the draft, run the checks, ask for the impact and for review."""
        return self.done(request, submit)

    @extend_schema(request=shapes.NoteIn, **DID)
    @action(detail=True, methods=["post"])
    def approval(self, request: ApiRequest, number: int) -> Response:
        """Agree; never the author, never a program."""
        return self.done(request, deciding.approve, self.given)

    @extend_schema(request=shapes.NoteIn, **DID)
    @action(detail=True, methods=["post"])
    def rejection(self, request: ApiRequest, number: int) -> Response:
        """Turn down, with a note that says why."""
        return self.done(request, deciding.reject, self.given)

    @extend_schema(request=None, **DID)
    @action(detail=True, methods=["post"])
    def withdrawal(self, request: ApiRequest, number: int) -> Response:
        """Take back before it is published."""
        return self.done(request, deciding.withdraw)

    @extend_schema(request=None, responses={202: shapes.ChangeOut, **DID["responses"]})
    @action(detail=True, methods=["post"])
    def publication(self, request: ApiRequest, number: int) -> Response:
        """Make an approved request the next version. 202 where a worker brings its times to the clocks that run: there
        are very many, and `retiming` at this address says how far it is."""
        return self.done(request, publish)

    @extend_schema(request=None, responses={202: shapes.ChangeOut, **DID["responses"]})
    @action(detail=True, methods=["post"])
    def retiming(self, request: ApiRequest, number: int) -> Response:
        """Let a worker try again what failed of bringing its times to the clocks that run."""
        return self.done(request, retime_again)

    @extend_schema(request=shapes.RollbackIn, **DID)
    @action(detail=True, methods=["post"])
    def rollback(self, request: ApiRequest, number: int) -> Response:
        """Ask to restore the version before a published request; answers with the new request, which is in review."""
        return self.done(request, roll_back, self.given)

    def done(
        self, request: ApiRequest, act: Callable[..., object], given: Callable[[], dict[str, Any]] = dict
    ) -> Response:
        """Do it, and tell the request as it is then, or the one that was opened by it."""
        change = change_for(request.member, self.kwargs["number"])
        done = act(change, by=request.member, at=request.at, **given())
        return self.told(done if isinstance(done, ChangeRequest) else change, status=201)

    def told(self, change: ChangeRequest, status: int = 200) -> Response:
        """The whole request; accepted only, with the address that tells more, where a worker goes on with what was
        done."""
        detail = ChangeDetail(change)
        answer, retiming = self.shown(detail, status=status), detail.followers.retiming
        if status == 201 and retiming and retiming.is_under_way:
            answer.status_code = 202
            answer["Location"] = f"/api/v1/w/{change.workspace.slug}/changes/{change.number}"
        return answer
