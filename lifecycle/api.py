"""The records' door for programs: the same actions as the pages, the same refusals."""

import json
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from lifecycle import api_shapes as shapes
from lifecycle import listing, queries
from lifecycle.actions import advancing, editing
from lifecycle.actions.intake import MOST_ROWS, Outcome, Refused, keep_rejections, take_in
from lifecycle.blueprint import Lifecycle, lifecycle_of
from lifecycle.intake.shape import BadValue
from lifecycle.intake_rows import KNOWN, PLACE_FIELDS, members_named, parse_core, parse_properties, parse_rows
from lifecycle.models import Account, Record
from revops.api import BoundedJSONParser, Envelope, check_bounds, check_text
from revops.errors import BadInput, NotFound, Refusal
from revops.history.models import Event
from revops.workspaces.models import Member

REFUSED = {422: Envelope, 403: Envelope}
MOST_NUMBER = 2**63 - 1
CURSOR = [
    OpenApiParameter("cursor", str, description="From `next` of the page before."),
    OpenApiParameter("limit", int, description=f"1 to {listing.MOST}; {listing.USUAL} unless told."),
]


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
    """The row, or a BadValue that says why it is none."""
    try:
        row = json.loads(text)
        check_bounds(row)
        return row
    except (ValueError, RecursionError) as broken:
        return BadValue("bad_json", "", f"This line is not valid JSON: {str(broken)[:200]}")
    except BadInput as bad:
        return BadValue(bad.code, bad.field or "", bad.detail)


def json_answer(text: str, status: int = 200) -> HttpResponse:
    """JSON that PostgreSQL wrote."""
    return HttpResponse(text, content_type="application/json", status=status)


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
        filters = {key: _word(request, key) for key in listing.FILTERS}
        page = listing.list_records(
            lifecycle_of(request.workspace), filters, after=_word(request, "cursor"), size=_limit(request)
        )
        return json_answer(page.as_json(_next(request, page.after)))

    @extend_schema(request=shapes.RowIn, responses={201: shapes.RowOutcome, 200: shapes.RowOutcome, **REFUSED})
    def post(self, request: Request) -> Response:
        """Create or update one record: by its external id, then (leads) by its e-mail address."""
        lifecycle = lifecycle_of(request.workspace)
        rows, refused = parse_rows(lifecycle, [request.data])
        for each in refused:
            raise _as_refusal(each)
        outcome = take_in(request.workspace, rows, by=request.member, at=request.at)
        for each in outcome.rejected:
            raise _as_refusal(each)
        answer = row_out(lifecycle, outcome, 1)
        return Response(answer, status=201 if outcome.created else 200)


class RecordsBatch(APIView):
    """Many records at once."""

    verbs = {"POST": "record.write"}
    parser_classes = [BoundedJSONParser, Lines]

    @extend_schema(
        request={"application/json": shapes.BatchIn, "application/x-ndjson": OpenApiTypes.STR},
        responses={200: shapes.BatchOut, 207: shapes.BatchOut, **REFUSED},
    )
    def post(self, request: Request) -> Response:
        """At most 10,000 rows; 200 when all came in, 207 when some were rejected. Rejected rows are kept."""
        given, on_repeat = _rows_of(request.data)
        lifecycle = lifecycle_of(request.workspace)
        lines = list(enumerate(given, start=1))
        rows, refused = parse_rows(lifecycle, [row for _, row in lines if not isinstance(row, BadValue)])
        broken = [(line, row) for line, row in lines if isinstance(row, BadValue)]
        if broken:
            rows, refused = _renumbered(lifecycle, lines)
        outcome = take_in(request.workspace, rows, by=request.member, at=request.at, on_repeat=on_repeat)
        keep_rejections(refused, of=None, at=request.at)
        outcome.rejected += refused
        return Response(batch_out(lifecycle, outcome, len(lines)), status=207 if outcome.rejected else 200)


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
        core, properties = _edit(request, record)
        editing.edit_record(record, core=core, properties=properties, by=request.member, at=request.at)
        return json_answer(listing.record_json(number))


class Advance(APIView):
    """A move through the gate."""

    verbs = {"POST": "record.advance"}

    @extend_schema(request=shapes.AdvanceIn, responses={200: shapes.RecordOut, 404: Envelope, 409: Envelope, **REFUSED})
    def post(self, request: Request, number: int) -> HttpResponse:
        """Move the record to a stage; a shut gate answers 422 with every unmet line in `facts.unmet`."""
        asked = _valid(shapes.AdvanceIn, request.data)
        advancing.advance(
            record_numbered(number),
            asked["to"],
            by=request.member,
            at=request.at,
            reason_key=asked["reason"],
            note=asked["note"],
            override=asked["override"],
        )
        return json_answer(listing.record_json(number))


class Activities(APIView):
    """Touches of a record."""

    verbs = {"GET": "record.read", "POST": "activity.log"}

    @extend_schema(responses={200: shapes.ActivityOut(many=True), 404: Envelope}, operation_id="activities_list")
    def get(self, request: Request, number: int) -> Response:
        """The newest 200."""
        found = record_numbered(number).activities.select_related("member").order_by("-at", "-id")[: listing.MOST]
        return Response([activity_out(each) for each in found])

    @extend_schema(request=shapes.ActivityIn, responses={201: shapes.ActivityOut, 404: Envelope, **REFUSED})
    def post(self, request: Request, number: int) -> Response:
        """Log a touch."""
        asked = _valid(shapes.ActivityIn, request.data)
        activity = advancing.log_activity(record_numbered(number), **asked, by=request.member, at=request.at)
        return Response(activity_out(activity), status=201)


class Timeline(APIView):
    """What ever happened to a record."""

    verbs = {"GET": "record.read"}

    @extend_schema(parameters=CURSOR, responses={200: shapes.TimelineOut, 404: Envelope, **REFUSED})
    def get(self, request: Request, number: int) -> Response:
        """Newest first."""
        record, size = record_numbered(number), _limit(request)
        events = Event.objects.filter(record_id=record.pk).select_related("actor").order_by("-at", "-id")
        if after := _word(request, "cursor"):
            at, last = listing.mark(after)
            events = events.extra(where=["(history_event.at, history_event.id) < (%s, %s)"], params=[at, last])
        rows = list(events[: size + 1])
        more = listing.marked(rows[size - 1].at, rows[size - 1].pk) if len(rows) > size else ""
        return Response({"next": _next(request, more), "results": [event_out(each) for each in rows[:size]]})


class Accounts(APIView):
    """Companies."""

    verbs = {"GET": "record.read"}

    @extend_schema(
        parameters=[OpenApiParameter("domain", str), *CURSOR], responses={200: shapes.AccountPageOut, **REFUSED}
    )
    def get(self, request: Request) -> Response:
        """By name."""
        size = _limit(request)
        found = Account.objects.select_related("owner").annotate(count=Count("records")).order_by("name_key")
        if domain := _word(request, "domain"):
            found = found.filter(domain=domain.lower())
        if after := _word(request, "cursor"):
            found = found.filter(name_key__gt=after)
        rows = list(found[: size + 1])
        more = rows[size - 1].name_key if len(rows) > size else ""
        return Response({"next": _next(request, more), "results": [account_out(each) for each in rows[:size]]})


class AccountByNumber(APIView):
    """One company."""

    verbs = {"GET": "record.read"}

    @extend_schema(responses={200: shapes.AccountOut, 404: Envelope}, operation_id="accounts_read")
    def get(self, request: Request, number: int) -> Response:
        """What is known of it."""
        found = Account.objects.select_related("owner").annotate(count=Count("records"))
        account = found.filter(number=number).first() if number <= MOST_NUMBER else None
        if account is None:
            raise NotFound
        return Response(account_out(account))


class Search(APIView):
    """Where did this lead go?"""

    verbs = {"GET": "record.read"}

    @extend_schema(parameters=[OpenApiParameter("q", str, required=True)], responses={200: shapes.FoundOut, **REFUSED})
    def get(self, request: Request) -> HttpResponse:
        """Records that hold every word, or the beginning of every word, of `q`."""
        found = queries.search(_word(request, "q")) if _word(request, "q").strip() else []
        told = listing.records_json(each.number for each in found) if found else []
        return json_answer(f'{{"results":[{",".join(told)}]}}')


# --- reading what was asked -----------------------------------------------------------------------------------------


def record_numbered(number: int) -> Record:
    """By number. One query. Raises NotFound."""
    found = Record.objects.filter(number=number).first() if number <= MOST_NUMBER else None
    if found is None:
        raise NotFound
    return found


def _word(request: Request, key: str) -> str:
    given = request.query_params.get(key, "")
    check_text(given, key)
    if len(given) > 400:
        raise BadInput("This is too long.", code="too_long", field=key)
    return str(given)


def _limit(request: Request) -> int:
    given = _word(request, "limit")
    if not given:
        return listing.USUAL
    if not (given.isascii() and given.isdecimal() and 1 <= int(given[:6]) <= listing.MOST):
        raise BadInput(f"A page holds 1 to {listing.MOST}.", field="limit")
    return int(given)


def _next(request: Request, after: str) -> str | None:
    if not after:
        return None
    query = {key: value for key, value in request.query_params.items() if key != "cursor"} | {"cursor": after}
    return request.build_absolute_uri(f"{request.path}?{urlencode(query)}")


def _valid(shape: type[Any], data: Any) -> dict[str, Any]:
    serializer = shape(data=data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


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


def _renumbered(lifecycle: Lifecycle, lines: Iterable[tuple[int, Any]]) -> tuple[list[Any], list[Refused]]:
    """Lines of which some are no rows: each keeps its own number."""
    rows: list[Any] = []
    refused: list[Refused] = []
    for first, run in _runs(lines):
        if isinstance(run[0], BadValue):
            refused += [Refused(line, bad.code, bad.field, bad.detail) for line, bad in enumerate(run, start=first)]
        else:
            some, wrong = parse_rows(lifecycle, run, first_line=first)
            rows += some
            refused += wrong
    return rows, refused


def _runs(lines: Iterable[tuple[int, Any]]) -> Iterator[tuple[int, list[Any]]]:
    run: list[Any] = []
    first = 1
    for line, row in lines:
        if run and isinstance(row, BadValue) != isinstance(run[0], BadValue):
            yield first, run
            run, first = [], line
        run.append(row)
    if run:
        yield first, run


def _edit(request: Request, record: Record) -> tuple[dict[str, Any], dict[str, Any]]:
    data = request.data
    if not isinstance(data, dict):
        raise BadInput("Send an object with the fields to change.", code="wrong_type")
    for key in data:
        if key in PLACE_FIELDS or key == "created_at":
            raise BadInput(f"“{key}” cannot be changed here.", code="fixed_field", field=key)
        if key not in KNOWN:
            raise BadInput(f"There is no field called “{key[:80]}”.", code="unknown_field", field=key[:120])
    try:
        core = parse_core(data)
        properties = parse_properties(lifecycle_of(request.workspace), data.get("properties"), record.kind)
    except BadValue as bad:
        raise BadInput(bad.detail, code=bad.code, field=bad.field) from None
    if "owner" in data:
        core["owner_id"] = _owner(data["owner"])
    return core, properties


def _owner(given: Any) -> UUID | None:
    if given is None or given == "":
        return None
    if not isinstance(given, str):
        raise BadInput("An owner is named by an e-mail address.", code="wrong_type", field="owner")
    found = members_named([given.strip()]).get(given.strip().casefold())
    if found is None:
        raise BadInput(f"Nobody here is known as “{given[:80]}”.", code="unknown_owner", field="owner")
    return found


def _as_refusal(refused: Refused) -> Refusal:
    return BadInput(refused.detail, code=refused.code, field=refused.field or None, facts=dict(refused.facts))


# --- telling what became of it --------------------------------------------------------------------------------------


def row_out(lifecycle: Lifecycle, outcome: Outcome, line: int) -> dict[str, Any]:
    """One row that came in."""
    answer: dict[str, Any] = {"line": line, "state": outcome.states[line], "number": outcome.numbers[line]}
    stage = lifecycle.stages_by_id.get(outcome.stages.get(line, UUID(int=0)))
    if stage:
        answer["stage"] = stage.path
    if held := outcome.held.get(line):
        answer["held"] = held
    return answer


def batch_out(lifecycle: Lifecycle, outcome: Outcome, rows: int) -> dict[str, Any]:
    """Every row, in its line's order, and the counts."""
    told = {line: row_out(lifecycle, outcome, line) for line in outcome.states}
    for each in outcome.rejected:
        told[each.line] = {
            "line": each.line,
            "state": "rejected",
            "code": each.code,
            "field": each.field,
            "detail": each.detail,
            "facts": dict(each.facts),
        }
    return {
        "rows": rows,
        "created": outcome.created,
        "updated": outcome.updated,
        "unchanged": outcome.unchanged,
        "rejected": len(outcome.rejected),
        "outcomes": [told[line] for line in sorted(told)],
    }


def activity_out(activity: Any) -> dict[str, Any]:
    """A touch."""
    return {
        "kind": activity.kind,
        "direction": activity.direction,
        "outcome": activity.outcome,
        "note": activity.note,
        "at": activity.at,
        "by": activity.member.display_name if activity.member else None,
        "is_qualifying": activity.is_qualifying,
    }


def event_out(event: Event) -> dict[str, Any]:
    """One thing that happened."""
    return {
        "kind": event.kind,
        "at": event.at,
        "actor": event.actor.display_name if event.actor else None,
        "blueprint_version": event.blueprint_version,
        "facts": event.facts,
    }


def account_out(account: Any) -> dict[str, Any]:
    """A company; `count` is how many records it has."""
    return {
        "number": account.number,
        "name": account.name,
        "domain": account.domain,
        "owner": named(account.owner),
        "records": account.count,
        "properties": account.properties,
        "created_at": account.created_at,
    }


def named(member: Member | None) -> dict[str, str] | None:
    """A member, by name and address."""
    return {"name": member.display_name, "email": member.email} if member else None
