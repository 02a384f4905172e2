"""What the doors of records share: refusals and pages in the schema, a record by its number, JSON as it comes."""

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter

from core.errors import NotFound
from core.http.api import Envelope
from lifecycle import listing
from lifecycle.models import Record

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
