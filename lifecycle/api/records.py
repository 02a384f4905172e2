"""Records, one by one: read the newest, take one in, change one, search."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.errors import BadInput
from core.http.api import Envelope
from core.http.params import next_url, page_size, word
from core.people.models import Member, Workspace
from lifecycle import listing, queries
from lifecycle.actions import editing, owning
from lifecycle.actions.intake import take_in
from lifecycle.api import serializers as shapes
from lifecycle.api.frame import CURSOR, REFUSED, json_answer, record_numbered
from lifecycle.api.outcomes import as_refusal, row_out
from lifecycle.blueprint import lifecycle_of
from lifecycle.intake.stored_values import BadValue
from lifecycle.intake_rows import (
    KNOWN,
    OVERRIDE,
    PLACE_FIELDS,
    members_named,
    owner_named,
    parse_core,
    parse_properties,
    parse_rows,
)
from lifecycle.models import Record


class Records(APIView):
    """Records: read the newest, take one in."""

    verbs = {"GET": "record.read", "POST": "record.write"}

    @extend_schema(
        parameters=[OpenApiParameter(each, str) for each in listing.FILTERS] + CURSOR,
        responses={200: shapes.RecordPageOut, **REFUSED},
        operation_id="records_list",
    )
    def get(self, request: Request) -> HttpResponse:
        """Newest first. `stage` is a key or `pipeline/key`, `owner` an e-mail address or `none`."""
        filters = {key: word(request, key) for key in listing.FILTERS}
        page = listing.list_records(
            lifecycle_of(request.workspace), filters, after=word(request, "cursor"), size=page_size(request)
        )
        return json_answer(page.as_json(next_url(request, page.after)))

    @extend_schema(request=shapes.RowIn, responses={201: shapes.RowOutcome, 200: shapes.RowOutcome, **REFUSED})
    def post(self, request: Request) -> Response:
        """Create or update one record: by its external id, then (leads) by its e-mail address."""
        lifecycle = lifecycle_of(request.workspace)
        rows, refused = parse_rows(lifecycle, [request.data], by=request.member)
        for each in refused:
            raise as_refusal(each)
        outcome = take_in(request.workspace, rows, by=request.member, at=request.at)
        for each in outcome.rejected:
            raise as_refusal(each)
        answer = row_out(lifecycle, outcome, 1)
        return Response(answer, status=201 if outcome.created else 200)


class RecordByNumber(APIView):
    """One record."""

    verbs = {"GET": "record.read", "PATCH": "record.write"}

    @extend_schema(responses={200: shapes.RecordOut, 404: Envelope}, operation_id="records_read")
    def get(self, request: Request, number: int) -> HttpResponse:
        """Everything it says."""
        return json_answer(listing.record_json(number))

    @extend_schema(request=shapes.EditIn, responses={200: shapes.RecordOut, 404: Envelope, **REFUSED})
    def patch(self, request: Request, number: int) -> HttpResponse:
        """Change fields and properties; a stage changes through `advance`."""
        record = record_numbered(number)
        data: Any = request.data
        core, properties = _edit(data, request.workspace, record)
        if "owner" in data:
            owning.change_owner(record, _owner(data["owner"]), by=request.member, at=request.at)
        if core or properties:
            editing.edit_record(record, core=core, properties=properties, by=request.member, at=request.at)
        return json_answer(listing.record_json(number))


class Search(APIView):
    """Where did this lead go?"""

    verbs = {"GET": "record.read"}

    @extend_schema(parameters=[OpenApiParameter("q", str, required=True)], responses={200: shapes.FoundOut, **REFUSED})
    def get(self, request: Request) -> HttpResponse:
        """Records that hold every word, or the beginning of every word, of `q`."""
        found = queries.search(word(request, "q")) if word(request, "q").strip() else []
        told = listing.records_json(each.number for each in found) if found else []
        return json_answer(f'{{"results":[{",".join(told)}]}}')


def _edit(data: Any, workspace: Workspace, record: Record) -> tuple[dict[str, Any], dict[str, Any]]:
    if not isinstance(data, dict):
        raise BadInput("Send an object with the fields to change.", code="wrong_type")
    for key in data:
        if key in PLACE_FIELDS or key in (OVERRIDE, "created_at"):
            raise BadInput(f"“{key}” cannot be changed here.", code="fixed_field", field=key)
        if key not in KNOWN:
            raise BadInput(f"There is no field called “{key[:80]}”.", code="unknown_field", field=key[:120])
    try:
        core = parse_core(data)
        properties = parse_properties(lifecycle_of(workspace), data.get("properties"), record.kind)
    except BadValue as bad:
        raise BadInput(bad.detail, code=bad.code, field=bad.field) from None
    return core, properties


def _owner(given: Any) -> Member | None:
    if given is None or given == "":
        return None
    if not isinstance(given, str):
        raise BadInput("An owner is named by an e-mail address.", code="wrong_type", field="owner")
    try:
        return owner_named(given.strip(), members_named([given.strip()]))
    except BadValue as bad:
        raise BadInput(bad.detail, code=bad.code, field=bad.field) from None
