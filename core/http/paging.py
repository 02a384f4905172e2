"""Long lists, newest first, a page at a time: keys through an index, rows for those keys alone."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, DateTimeField, ExpressionWrapper, F, Func, Model, Q, QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema_serializer
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.pagination import BasePagination, CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from core.bounds import check_text
from core.errors import BadInput
from core.http.params import MOST, USUAL, next_url, page_size, word

Row = TypeVar("Row", bound=Model)
PAGE = 50


def newest_page(
    found: QuerySet[Row], moment: str, after: str = "", size: int = PAGE, *, each: Sequence[Q] = ()
) -> tuple[list[Row], str]:
    """One page of `found` by `moment` and id, newest first, after the mark `after`; and the mark of the next page, ""
    when there is none. One query, in which keys are found through an index before anything is joined to their rows:
    joined first and cut off later, a page of a million rows took nine seconds. They come as an array: with a dozen
    tables to join, the planner looks at a subquery last. `each`: parts of `found` that have their own index, of which
    the newest are taken together. Raises BadInput."""
    wanted = ArraySubquery(newest_keys(found, moment, after, size, each=each))
    is_wanted = Func(F("pk"), wanted, template="%(expressions)s)", arg_joiner=" = any(", output_field=BooleanField())
    rows = found.filter(is_wanted).order_by(f"-{moment}", "-id")[: size + 1]
    return cut(list(rows), size, lambda row: mark_of(row.pk, getattr(row, moment)))


def newest_keys(
    found: QuerySet[Row],
    moment: str,
    after: str = "",
    size: int = PAGE,
    *,
    each: Sequence[Q] = (),
    few: Sequence[Q] = (),
) -> QuerySet[Row, dict[str, Any]]:
    """The keys of a page as `newest_page` finds them, one more than its rows, of each part of `found`. No query.

    `few`: parts of so few rows that all of them are read and then sorted. No index has their order, or the planner
    would walk a longer one in the hope to meet enough of them."""
    found = found.select_related(None)
    walked = beyond(found, moment, after).order_by(f"-{moment}", "-id")
    same = ExpressionWrapper(F(moment) + timedelta(), output_field=DateTimeField())
    read = beyond(found.alias(same=same), "same", after).order_by("-same", "-id")
    chosen: list[QuerySet[Any]] = [*(walked.filter(part) for part in each), *(read.filter(part) for part in few)]
    first, *others = (part.values("pk")[: size + 1] for part in chosen or [walked])
    return first.union(*others, all=True) if others else first


def beyond(found: QuerySet[Row], moment: str, after: str) -> QuerySet[Row]:
    """Those of `found` that are older than the mark `after`. Raises BadMark."""
    if not after:
        return found
    at, last_id = read_mark(after)
    older = Q(**{f"{moment}__lt": at}) | Q(**{moment: at, "id__lt": last_id})
    return found.filter(older, **{f"{moment}__lte": at})  # the index begins here, where an "or" alone would not


def cut(rows: list[Any], size: int, mark: Callable[[Any], str]) -> tuple[list[Any], str]:
    """The rows of a page, of which one more was read, and the mark of the next page, "" when there is none."""
    return (rows, "") if len(rows) <= size else (rows[:size], mark(rows[size - 1]))


def mark_of(key: UUID, at: datetime) -> str:
    """Where a page ended, as the next one is asked for."""
    return f"{round(at.timestamp() * 1_000_000)}_{key}"


def read_mark(mark: str) -> tuple[datetime, UUID]:
    """The moment and the id of a mark. Raises BadMark."""
    at, _, last = mark.partition("_")
    try:
        return datetime.fromtimestamp(int(at) / 1_000_000, tz=UTC), UUID(last)
    except (ValueError, OverflowError, OSError):
        raise BadMark("This page mark is not one of ours.", field="after") from None


class BadMark(BadInput):
    """A page mark that no page of ours ended with."""


class Cursor(CursorPagination):
    """Keyset pages: the cost of page 2,000 is the cost of page 1."""

    ordering: tuple[str, ...] = ("-created_at", "-id")
    page_size = 50
    page_size_query_param = "limit"
    max_page_size = 200
    offset_cutoff = 100_000  # rows of one instant: a bulk call gives thousands the same moment

    def decode_cursor(self, request: Request) -> Any:
        given = request.query_params.get(self.cursor_query_param)
        if given is not None:
            check_text(given, "cursor")
        try:
            return super().decode_cursor(request)
        except NotFound:
            raise BadInput("The cursor is not one of ours.", code="bad_cursor", field="cursor") from None


ReadPage = Callable[[str, int], tuple[list[Any], str]]


class KeysetPages(BasePagination):
    """Pages of a long list that its own query cuts: `read(after, size)` answers the rows and the mark of the next page,
    which comes back as `cursor`."""

    cursor_query_param, page_size_query_param = "cursor", "limit"

    def paginate_queryset(self, read: Any, request: Request, view: Any = None) -> list[Any]:
        """The rows of the page that was asked for. Raises BadInput."""
        try:
            rows, after = read(word(request, "cursor"), page_size(request))
        except BadMark:
            raise BadInput("The cursor is not one of ours.", code="bad_cursor", field="cursor") from None
        self.next = next_url(request, after)
        return rows

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self.next, "results": data})


CURSOR = [
    OpenApiParameter("cursor", str, description="From `next` of the page before."),
    OpenApiParameter("limit", int, description=f"1 to {MOST}; {USUAL} unless told."),
]


@extend_schema_serializer(many=False)
class PageOut(serializers.Serializer):
    """One keyset page."""

    next = serializers.CharField(allow_null=True, help_text="URL of the next page.")
