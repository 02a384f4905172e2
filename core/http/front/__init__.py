"""Between the web server and the application: a request takes a thread only once its body is here.

The server's own threads would be taken with the first header, and a few slow bodies would hold them all. Here bodies
are read by the loop, bounded (`bodies`); then one of a few threads answers. What waits for a thread is bounded too."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO

from core.call_room import with_room
from core.http.front.bodies import BodyRefused, Reader
from core.http.front.environ import environ_of, headers_of
from core.http.front.request_turns import RequestTurns, share_of_processors
from core.http.front.sending import Sender

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Headers = list[tuple[str, str]]
MOST_WAITING = 64
IN_ONE_PIECE = 256 * 1024
BUSY = BodyRefused(503, "busy", "More is asked than can be answered just now. Ask again in a moment.")


class Front:
    """The server's application (RSGI) around ours (WSGI)."""

    def __init__(self, application: Wsgi, threads: int | None = None) -> None:
        self.application = application
        self.threads = threads or int(os.environ.get("WEB_THREADS", "4"))
        self.turns = RequestTurns(self.threads, share_of_processors())
        self.reader = Reader()
        self.in_hand = 0

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        """Answer one request."""
        if scope.proto != "http":
            return
        headers = headers_of(scope)
        try:
            body = await self.reader.read(proto, headers)
            if self.in_hand >= self.threads + MOST_WAITING:
                raise BUSY
        except BodyRefused as refused:
            _refuse(proto, refused)
            return
        self.in_hand += 1
        loop = asyncio.get_running_loop()
        try:
            environ = environ_of(scope, headers, body)
            async with self.turns.thread() as thread:
                told = await loop.run_in_executor(thread, with_room, self._answer, proto, loop, environ, body)
            if told:
                await told.finished()
        finally:
            self.in_hand -= 1

    def _answer(
        self, proto: Any, loop: asyncio.AbstractEventLoop, environ: dict[str, Any], body: BinaryIO
    ) -> Sender | None:
        """In a thread: the application's answer, in one piece where it is short, else as it comes; then who sends the
        rest of it."""
        status, headers = 500, [("content-type", "text/plain")]

        def start_response(line: str, given: Headers, exc_info: Any = None) -> None:
            nonlocal status, headers
            status, headers = int(line[:3]), [(name.lower(), value) for name, value in given]

        answer = self.application(environ, start_response)
        try:
            chunks = iter(answer)
            # An answer that does not know its length is being made while it is sent: nothing of it waits here.
            is_growing = getattr(answer, "streaming", False) and "content-length" not in dict(headers)
            at_once = 0 if is_growing else IN_ONE_PIECE
            first, is_whole = _gathered(chunks, at_once)
            if is_whole:
                proto.response_bytes(status, headers, first)
                return None
            sender = Sender(proto.response_stream(status, headers), loop)
            while first:
                sender.send(first)
                first, _ = _gathered(chunks, at_once)
            return sender
        finally:
            if hasattr(answer, "close"):
                answer.close()
            body.close()


def _gathered(chunks: Iterator[bytes], most: int) -> tuple[bytes, bool]:
    """The next piece of an answer, and whether it was the last."""
    piece = bytearray()
    for chunk in chunks:
        piece += chunk
        if len(piece) > most:
            return bytes(piece), False
    return bytes(piece), True


def _refuse(proto: Any, refused: BodyRefused) -> None:
    """In the API's envelope, which a person can read as well; the rest of the body is not waited for."""
    told = {"code": refused.code, "detail": refused.detail, "field": None, "facts": {}}
    headers = [("content-type", "application/json"), ("connection", "close"), ("cache-control", "no-store")]
    if refused.status == 503:
        headers.append(("retry-after", "1"))
    proto.response_str(refused.status, headers, json.dumps(told))
