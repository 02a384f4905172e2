"""Answers that leave as they are made: the first line before the last is made, and no thread waits for the caller."""

from __future__ import annotations

import asyncio
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.http import StreamingHttpResponse

from core.http.front import Front
from core.http.front.sending import KEPT_IN_MEMORY
from core.http.growing import NOT_WHOLE, GrowingFile
from core.people.functions import Function
from core.people.models import Team
from core.tenancy.scope import is_in_scope, workspace_scope
from tests.cast import Cast
from tests.handoffs.test_at_once import at_once

SCOPE = SimpleNamespace(
    proto="http",
    scheme="http",
    http_version="1.1",
    authority="",
    server="x:1",
    client="y:2",
    headers={},
    method="GET",
    path="/",
    query_string="",
)


class Caller:
    """Whom the web server sends an answer to: takes a piece when `may_take` is set, and remembers it."""

    def __init__(self) -> None:
        self.pieces, self.may_take = list[bytes](), asyncio.Event()

    def response_bytes(self, status: int, headers: Any, body: bytes) -> None:
        self.pieces.append(body)

    def response_stream(self, status: int, headers: Any) -> Caller:
        return self

    async def send_bytes(self, piece: bytes) -> None:
        await self.may_take.wait()
        self.pieces.append(piece)


def answered(content: Callable[[], Iterator[bytes]], watch: Callable[[Caller], Any]) -> list[bytes]:
    """What a caller got, who is watched meanwhile."""

    def application(_: Any, start_response: Any) -> StreamingHttpResponse:
        start_response("200 OK", [("Content-Type", "text/csv")])
        return StreamingHttpResponse(content())

    async def whole() -> list[bytes]:
        caller = Caller()
        await asyncio.gather(Front(application, threads=1).__rsgi__(SCOPE, caller), watch(caller))
        return caller.pieces

    with ThreadPoolExecutor(1) as own:  # a browser of another test may keep a loop in this thread
        return own.submit(lambda: asyncio.run(whole())).result()


def test_the_first_line_leaves_before_the_second_is_made() -> None:
    second = threading.Event()

    def content() -> Iterator[bytes]:
        yield b"first"
        assert second.wait(10)
        yield b"second"

    async def watch(caller: Caller) -> None:
        caller.may_take.set()
        while not caller.pieces:
            await asyncio.sleep(0)
        second.set()

    assert answered(content, watch) == [b"first", b"second"]


def test_a_caller_who_reads_slowly_holds_no_thread_and_little_memory() -> None:
    made, held = threading.Event(), list[int]()

    def content() -> Iterator[bytes]:
        tracemalloc.start()
        yield from (b"%05d" % number * 40_000 for number in range(50))
        held.append(tracemalloc.get_traced_memory()[0])
        tracemalloc.stop()
        made.set()

    async def watch(caller: Caller) -> None:
        await asyncio.to_thread(made.wait, 10)
        assert made.is_set() and not caller.pieces
        caller.may_take.set()

    assert answered(content, watch) == [b"%05d" % number * 40_000 for number in range(50)]
    assert held[0] < 2 * KEPT_IN_MEMORY  # of ten megabytes


@pytest.mark.django_db(transaction=True)
def test_a_file_is_of_one_moment_and_one_workspace_whatever_is_committed_meanwhile(cast: Cast) -> None:
    request: Any = SimpleNamespace(workspace=cast.acme, path="/teams.csv")

    def names() -> str:
        return ",".join(Team.objects.order_by("key").values_list("key", flat=True))

    def add() -> None:
        with workspace_scope(cast.acme):
            Team.objects.create(key="late", name="Late", function=Function.SALES)

    def pieces() -> Iterator[str]:
        yield names()
        assert at_once(add) == [None]
        yield names()
        with connection.cursor() as cursor:
            cursor.execute("select 1 / 0")

    first, second, said = (piece.decode() for piece in GrowingFile(request, "teams", pieces))
    assert first == second and first and "late" not in first and said == NOT_WHOLE
    assert not (is_in_scope() or connection.in_atomic_block)
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('app.workspace_id', true)")
        assert not cursor.fetchone()[0]
    with workspace_scope(cast.acme):
        assert "late" in names()
