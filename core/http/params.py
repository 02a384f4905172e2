"""What a program asked for: words of the query, the size of a page and the address of the next."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlencode

from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive
from rest_framework.request import Request

from core.bounds import check_text
from core.errors import BadInput

LONGEST_WORD = 400
MOST, USUAL = 200, 50  # rows of a page


def word(request: Request, key: str) -> str:
    """One parameter of the query, "" when it was not given. Raises BadInput."""
    given: str = request.query_params.get(key, "")
    check_text(given, key)
    if len(given) > LONGEST_WORD:
        raise BadInput("This is too long.", code="too_long", field=key)
    return given


def choice(request: Request, key: str, known: Sequence[str]) -> str:
    """One of the known words, "" when it was not given. Raises BadInput."""
    given = word(request, key)
    if given and given not in known:
        raise BadInput(f"Choose one of: {', '.join(known)}.", field=key)
    return given


def flag(request: Request, key: str) -> bool | None:
    """Yes or no, None when it was not given. Raises BadInput."""
    given = word(request, key).lower()
    if given not in ("", "true", "false"):
        raise BadInput("Say true or false.", field=key)
    return given == "true" if given else None


def moment(request: Request, key: str) -> datetime | None:
    """A moment with its zone, None when it was not given. Raises BadInput."""
    given = word(request, key).replace(" ", "+")  # what a plus becomes in a query
    try:
        found = parse_datetime(given)
    except ValueError:
        found = None
    if given and (found is None or is_naive(found)):
        raise BadInput("Write a moment with its zone, such as 2026-03-02T10:00:00Z.", field=key)
    return found


def page_size(request: Request) -> int:
    """How many rows a page shall hold, `limit` of the query. Raises BadInput."""
    given = word(request, "limit")
    if not given:
        return USUAL
    if not (given.isascii() and given.isdecimal() and len(given) < 7 and 1 <= int(given) <= MOST):
        raise BadInput(f"A page holds 1 to {MOST}.", field="limit")
    return int(given)


def next_url(request: Request, after: str) -> str | None:
    """Where the next page is: the same question with another `cursor`; None when there is no further page."""
    if not after:
        return None
    query = {key: value for key, value in request.query_params.items() if key != "cursor"} | {"cursor": after}
    return request.build_absolute_uri(f"{request.path}?{urlencode(query)}")
