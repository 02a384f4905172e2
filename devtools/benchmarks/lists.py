"""Lists by one filter, and a search: each against the first page of the same list without any."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.utils import timezone

from blueprint.documents import blueprint_of
from blueprint.schema import Blueprint
from core.http.paging import mark_of
from core.people.models import Member, Workspace
from core.tenancy.scope import workspace_scope
from devtools.benchmarks.measure import Row, interleaved
from handoffs.queries.inbox import handoff_page
from lifecycle.models import Record
from lifecycle.record_list import list_records, page_matching
from lifecycle.word_search import search

CALLS = 2
TOLD = 10
Asked = dict[str, str]


def run(workspace: Workspace) -> Iterator[Row]:
    """The list of records for programs and of the page, the handoffs, and the search."""
    with workspace_scope(workspace):
        yield from _rows(blueprint_of(workspace), timezone.now())


def worth_keeping(rows: list[Row]) -> list[Row]:
    """Those that missed their bound, the dearest others, and how many took less: the document names no hundred."""
    ordered = sorted(rows, key=lambda row: (row.is_met, -row.ratio))
    number = max(TOLD, sum(not row.is_met for row in rows))
    beside = f", and {len(ordered) - number - 1} that took less"
    return [*ordered[:number], *(replace(each, what=each.what + beside) for each in ordered[number:][:1])]


def _rows(terms: Blueprint, at: datetime) -> Iterator[Row]:
    deep = mark_of(UUID(int=0), at - timedelta(days=240))
    readers: list[tuple[str, Callable[[Asked, str], Any], list[Asked]]] = [
        ("API records", lambda asked, after: list_records(terms, asked, after), _of_records()),
        ("Page of records", lambda asked, after: page_matching(terms, asked, after), _of_page()),
        ("Handoffs", lambda asked, after: handoff_page(terms, asked, at, after), _of_handoffs(terms)),
    ]
    for name, read, asks in readers:
        for asked in asks:
            for place, after in (("first page", ""), ("deep", deep)):
                said = " ".join(f"{key}={text}" for key, text in asked.items()) or "nothing"
                yield _row(f"{name}: {said}, {place}", partial(read, asked, after), partial(read, {}, ""))
    for words in ("r77", "record", "record r77", "r77 record", "even odd", "record firm5", "nowhere record"):
        yield _row(f"Search: {words}", partial(search, words), partial(page_matching, terms, {}, ""))


def _row(what: str, ours: Callable[[], Any], raw: Callable[[], Any]) -> Row:
    return interleaved(what, _often(ours), _often(raw), speed=False, at_most=3)


def _often(deed: Callable[[], Any]) -> Callable[[], None]:
    def deeds() -> None:
        for _ in range(CALLS):
            deed()

    return deeds


def _of_records() -> list[Asked]:
    some = Record.objects.filter(kind="lead").order_by("created_at")[5]
    alone: list[Asked] = [
        {},
        {"kind": "customer"},
        {"stage": "lifecycle/subscriber"},
        {"stage": "lifecycle/mql"},
        {"pipeline": "lifecycle"},
        {"pipeline": "renewal"},
        {"owner": "rep3@" + Member.objects.filter(role="rep").first().email.split("@")[1]},
        {"owner": "none"},
        {"owner": "nobody@nowhere.example"},
        {"source": "Website"},
        {"source": "Trade fair"},
        {"source": "No such"},
        {"email": some.email},
        {"email": "nobody@nowhere.example"},
        {"external_id": f"x{some.number}"},
        {"external_id": "none"},
        {"external_id": "none", "system": "crm"},
    ]
    return alone + [each | {"kind": kind} for each in alone[6:] for kind in ("lead", "customer")]


def _of_page() -> list[Asked]:
    owner = str(Member.objects.filter(role="rep").order_by("email")[3].pk)
    return [
        {},
        {"stage": "lifecycle/mql"},
        {"owner": owner},
        {"owner": owner, "kind": "customer"},
        {"owner": "none"},
        {"source": "Trade fair"},
        {"source": "Website", "kind": "customer"},
        {"q": "record r77"},
    ]


def _of_handoffs(terms: Blueprint) -> list[Asked]:
    other = Member.objects.filter(role="rep").order_by("email")[1]
    record = Record.objects.order_by("created_at")[3].number
    return [
        {},
        {"seam": terms.seams[0].key},
        {"seam": terms.seams[1].key},
        {"state": "accepted"},
        {"state": "recalled"},
        {"state": "rejected"},
        {"assignee": other.email},
        {"assignee": "none"},
        {"record": str(record)},
        {"late": "true"},
        {"late": "false"},
    ]
