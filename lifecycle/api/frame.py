"""What the doors of records share: the refusals of the schema, pages, a record by its number, JSON as it comes."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from lifecycle import listing
from lifecycle.models import Record
from revops.api import Envelope, check_text
from revops.errors import BadInput, NotFound

REFUSED = {422: Envelope, 403: Envelope}
MOST_NUMBER = 2**63 - 1
CURSOR = [
    OpenApiParameter("cursor", str, description="From `next` of the page before."),
    OpenApiParameter("limit", int, description=f"1 to {listing.MOST}; {listing.USUAL} unless told."),
]


def json_answer(text: str, status: int = 200) -> HttpResponse:
    """JSON that PostgreSQL wrote."""
    return HttpResponse(text, content_type="application/json", status=status)


def record_numbered(number: int) -> Record:
    """By number. One query. Raises NotFound."""
    found = Record.objects.filter(number=number).first() if number <= MOST_NUMBER else None
    if found is None:
        raise NotFound
    return found


def word(request: Request, key: str) -> str:
    given = request.query_params.get(key, "")
    check_text(given, key)
    if len(given) > 400:
        raise BadInput("This is too long.", code="too_long", field=key)
    return str(given)


def limit(request: Request) -> int:
    given = word(request, "limit")
    if not given:
        return listing.USUAL
    if not (given.isascii() and given.isdecimal() and 1 <= int(given[:6]) <= listing.MOST):
        raise BadInput(f"A page holds 1 to {listing.MOST}.", field="limit")
    return int(given)


def next_url(request: Request, after: str) -> str | None:
    if not after:
        return None
    query = {key: value for key, value in request.query_params.items() if key != "cursor"} | {"cursor": after}
    return request.build_absolute_uri(f"{request.path}?{urlencode(query)}")


def valid(shape: type[Any], data: Any) -> dict[str, Any]:
    serializer = shape(data=data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
