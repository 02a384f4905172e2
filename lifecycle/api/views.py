"""The records' door for programs: the same actions as the pages, the same refusals. PostgreSQL writes records as JSON,
so that a page of them costs no serializer."""

import json
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import BaseParser
from rest_framework.response import Response

from blueprint.documents import blueprint_of
from core.bounds import read_json
from core.errors import BadInput
from core.http.api import BoundedJSONParser, Envelope
from core.http.paging import CURSOR, KeysetPages, newest_page
from core.http.params import word
from core.http.requests import ApiRequest
from core.http.viewsets import ApiViewSet
from lifecycle import queries, record_list
from lifecycle.actions import advancing, editing, owning, touching
from lifecycle.actions.intake import MOST_ROWS, keep_rejections, take_in
from lifecycle.api import serializers as shapes
from lifecycle.api.outcomes import as_refusal, batch_out, row_out
from lifecycle.api.row_fields import members_named, owner_named, parse_edit, parse_rows, with_people
from lifecycle.word_search import search

REFUSED = {422: Envelope, 403: Envelope}
FILTERS = [OpenApiParameter(name, str) for name in record_list.FILTERS]


class RecordViewSet(ApiViewSet):
    """Records, and what happens to them."""

    verbs = {
        "list": "record.read",
        "create": "record.write",
        "retrieve": "record.read",
        "partial_update": "record.write",
        "advance": "record.advance",
        "activities": "record.read",
        "log_activity": "activity.log",
        "timeline": "record.read",
    }
    serializer_class = shapes.RecordOut
    pagination_class = KeysetPages
    lookup_url_kwarg, lookup_value_converter = "number", "int"

    @extend_schema(
        operation_id="records_list", parameters=[*FILTERS, *CURSOR], responses={200: shapes.RecordPageOut, **REFUSED}
    )
    def list(self, request: ApiRequest) -> HttpResponse:
        """Newest first. `stage` is a key or `pipeline/key`, `owner` an e-mail address or `none`."""
        filters, lifecycle = {key: word(request, key) for key in record_list.FILTERS}, blueprint_of(request.workspace)
        pages = KeysetPages()
        rows = pages.paginate_queryset(
            lambda after, size: record_list.list_records(lifecycle, filters, after, size), request
        )
        return _json(f'{{"next":{json.dumps(pages.next)},"results":[{",".join(rows)}]}}')

    @extend_schema(request=shapes.RowIn, responses={201: shapes.RowOutcome, 200: shapes.RowOutcome, **REFUSED})
    def create(self, request: ApiRequest) -> Response:
        """Create or update one record: by its external id, then (leads) by its e-mail address."""
        lifecycle = blueprint_of(request.workspace)
        rows, refused = parse_rows(lifecycle, [request.data], by=request.member)
        for row in refused:
            raise as_refusal(row)
        outcome = take_in(request.workspace, rows, by=request.member, at=request.at)
        for row in outcome.rejected:
            raise as_refusal(row)
        return Response(row_out(lifecycle, outcome, 1), status=201 if outcome.created else 200)

    @extend_schema(responses={200: shapes.RecordOut, 404: Envelope}, operation_id="records_read")
    def retrieve(self, request: ApiRequest, number: int) -> HttpResponse:
        """Everything it says."""
        return _json(record_list.record_json(number))

    @extend_schema(request=shapes.EditIn, responses={200: shapes.RecordOut, 404: Envelope, **REFUSED})
    def partial_update(self, request: ApiRequest, number: int) -> HttpResponse:
        """Change fields and properties; a stage changes through `advance`."""
        record = queries.record_numbered(number)
        core, properties = parse_edit(blueprint_of(request.workspace), request.data, record.kind)
        if "owner" in core:
            name = core.pop("owner")
            owner = owner_named(name, members_named([name])) if name else None
            owning.change_owner(record, owner, by=request.member, at=request.at)
        properties = with_people(blueprint_of(request.workspace), properties)
        if core or properties:
            said: dict[str, Any] = {"core": core, "properties": properties, "is_read": True}
            editing.edit_record(record, **said, by=request.member, at=request.at)
        return _json(record_list.record_json(number))

    @extend_schema(request=shapes.AdvanceIn, responses={200: shapes.RecordOut, 404: Envelope, 409: Envelope, **REFUSED})
    @action(detail=True, methods=["post"])
    def advance(self, request: ApiRequest, number: int) -> HttpResponse:
        """Move the record to a stage; a shut gate answers 422 with every unmet line in `facts.unmet`."""
        asked = self.given()
        why = {"reason_key": asked["reason"], "note": asked["note"], "override": asked["override"]}
        advancing.advance(queries.record_numbered(number), asked["to"], by=request.member, at=request.at, **why)
        return _json(record_list.record_json(number))

    @extend_schema(
        parameters=CURSOR,
        responses={200: shapes.ActivityPageOut, 404: Envelope, **REFUSED},
        operation_id="activities_list",
    )
    @action(detail=True, pagination_class=KeysetPages)
    def activities(self, request: ApiRequest, number: int) -> Response:
        """Newest first."""
        found = queries.record_numbered(number).activities.select_related("member")
        return self.paged(lambda after, size: newest_page(found, "at", after, size), shapes.ActivityOut)

    @extend_schema(
        request=shapes.ActivityIn,
        responses={201: shapes.ActivityLogged, 200: shapes.ActivityLogged, 404: Envelope, 409: Envelope, **REFUSED},
    )
    @activities.mapping.post
    def log_activity(self, request: ApiRequest, number: int) -> Response:
        """Log a touch; 200 with the one that is there where its `external_id` was sent before. `stops_clock` says
        whether a first-touch clock has stopped: null where none is waiting; where it goes on, `why` says what is
        missing."""
        asked = self.given()
        happened_at = asked.pop("at", None)
        activity = touching.log_activity(
            queries.record_numbered(number), **asked, happened_at=happened_at, by=request.member, at=request.at
        )
        return self.shown(activity, shapes.ActivityLogged, status=200 if activity.was_known else 201)

    @extend_schema(parameters=CURSOR, responses={200: shapes.TimelineOut, 404: Envelope, **REFUSED})
    @action(detail=True, pagination_class=KeysetPages)
    def timeline(self, request: ApiRequest, number: int) -> Response:
        """Newest first."""
        record = queries.record_numbered(number)
        return self.paged(lambda after, size: queries.timeline_page(record, after, size), shapes.EventOut)


class Lines(BaseParser):
    """One JSON object a line; a line that is none becomes a rejection of its own."""

    media_type = "application/x-ndjson"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        raw = stream.read()
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as broken:
            raise BadInput(f"The body is not UTF-8: {broken}", code="bad_json") from None
        return [_line(each) for each in text.split("\n") if each.strip()]


def _line(text: str) -> Any:
    """The row, or the refusal that says why it is none."""
    try:
        return read_json(text)
    except BadInput as bad:
        return bad


class RecordBatchViewSet(ApiViewSet):
    """Many records at once."""

    verbs = {"create": "record.write"}
    parser_classes = [BoundedJSONParser, Lines]

    @extend_schema(
        request={"application/json": shapes.BatchIn, "application/x-ndjson": OpenApiTypes.STR},
        responses={200: shapes.BatchOut, 207: shapes.BatchOut, 422: Envelope, 403: Envelope},
    )
    def create(self, request: ApiRequest) -> Response:
        """At most 10,000 rows; 200 when all came in, 207 when some were rejected. Rejected rows are kept."""
        given, on_repeat = _rows_of(request.data)
        lifecycle = blueprint_of(request.workspace)
        rows, refused = parse_rows(lifecycle, given, by=request.member)
        outcome = take_in(request.workspace, rows, by=request.member, at=request.at, on_repeat=on_repeat)
        keep_rejections(refused, of=None, at=request.at)
        outcome.rejected += refused
        return Response(batch_out(lifecycle, outcome, len(given)), status=207 if outcome.rejected else 200)


def _rows_of(data: Any) -> tuple[list[Any], str]:
    """The rows of a batch, given as a list or under `rows`, and what a repeat does. Raises BadInput."""
    on_repeat = "update"
    if isinstance(data, dict):
        for key in data:
            if key not in ("rows", "on_repeat"):
                raise BadInput("A batch has rows and on_repeat.", code="unknown_field", field=key[:120])
        on_repeat = data.get("on_repeat", "update")
        if on_repeat not in ("update", "first"):
            raise BadInput("A repeated row updates, or the first one wins.", field="on_repeat")
        data = data.get("rows")
    if not isinstance(data, list):
        raise BadInput("Send a list of rows.", code="wrong_type", field="rows")
    if len(data) > MOST_ROWS:
        raise BadInput(f"At most {MOST_ROWS:,} rows at once.", code="too_many_rows", field="rows")
    return data, on_repeat


class SearchViewSet(ApiViewSet):
    """Where did this lead go?"""

    verbs = {"search": "record.read"}

    @extend_schema(parameters=[OpenApiParameter("q", str, required=True)], responses={200: shapes.FoundOut, **REFUSED})
    @action(detail=False)
    def search(self, request: ApiRequest) -> HttpResponse:
        """Records that hold every word, or the beginning of every word, of `q`."""
        found = search(word(request, "q"))
        told = record_list.records_json(each.number for each in found.records) if found.records else []
        return _json(f'{{"results":[{",".join(told)}],"is_cut":{json.dumps(found.is_cut)}}}')


def _json(text: str) -> HttpResponse:
    """JSON that PostgreSQL wrote."""
    return HttpResponse(text, content_type="application/json")
