"""Many records at once: a list, or one JSON object a line."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.response import Response

from blueprint.documents import blueprint_of
from core.bounds import read_json
from core.errors import BadInput
from core.http.api import BoundedJSONParser, Envelope
from core.http.requests import ApiRequest
from core.http.viewsets import ApiViewSet
from lifecycle.actions.intake import MOST_ROWS, keep_rejections, take_in
from lifecycle.api import serializers as shapes
from lifecycle.api.outcomes import batch_out
from lifecycle.api.row_fields import parse_rows


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
