"""A bound on how long a request or a task waits for a database that has stopped, which no setting of libpq gives.

A stopped server's kernel still acknowledges what is sent, so `tcp_user_timeout` sees a living peer, and
`statement_timeout` is the stopped server's own. What hangs for some seconds is therefore looked into by a thread: it
asks the server, on a line of its own, the first question of every client ("do you speak TLS?"), which a living server
answers at once however long its statements take. Without an answer all our lines are cut; whoever waits on one gets
the driver's OperationalError. A slow statement on a living server is not touched, and a request pays nothing: measured
against `psycopg2.extensions.set_wait_callback` in docs/decisions/0075."""

from __future__ import annotations

import os
import socket
import threading
import time
import weakref
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psycopg2
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import DEFAULT_DB_ALIAS
from psycopg2.extensions import connection as RawConnection

from core.cache.silence import Silence

LOOKS_EVERY_S = 0.5
ASKS_EVERY_S = 2.0
HANGS_AFTER_S = 2.0  # a request that runs longer is worth a question; nearly all are over by then
ANSWERS_WITHIN_S = 3.0
TLS_QUESTION = b"\x00\x00\x00\x08\x04\xd2\x16\x2f"

_in_hand: dict[int, float] = {}  # by thread: since when it works on a request or a task
_lines: weakref.WeakSet[RawConnection] = weakref.WeakSet()
_lock = threading.Lock()
_watching_in: int | None = None


def watch_requests() -> None:
    """For a web server: every request is one thing in hand, until the last of its answer is written."""
    request_started.connect(begin)
    request_finished.connect(end)


def begin(*_: Any, **__: Any) -> None:
    """This thread begins a request or a task. Takes what a signal of Django or Celery gives."""
    _in_hand[threading.get_ident()] = time.monotonic()
    if _watching_in != os.getpid():
        _watch()


def end(*_: Any, **__: Any) -> None:
    """This thread has nothing in hand."""
    _in_hand.pop(threading.get_ident(), None)


def opened(connect: Callable[[], RawConnection]) -> RawConnection:
    """Open a line through `connect` and know it. Raises the driver's OperationalError while the server is silent."""
    if silence:
        raise psycopg2.OperationalError("the database is silent, as somebody found a moment ago")
    line = connect()
    with _lock:
        _lines.add(line)
    return line


def answers() -> bool:
    """Whether a server is there and alive. One that refuses the line is: whoever waits will hear of it."""
    place = settings.DATABASES[DEFAULT_DB_ALIAS]
    host, port = place.get("HOST") or "127.0.0.1", int(place.get("PORT") or 5432)
    is_local = host.startswith("/")
    try:
        with socket.socket(socket.AF_UNIX) if is_local else _unconnected(host, port) as line:
            line.settimeout(ANSWERS_WITHIN_S)
            line.connect(f"{host}/.s.PGSQL.{port}" if is_local else (host, port))
            line.sendall(TLS_QUESTION)
            line.recv(1)
    except TimeoutError:
        return False
    except OSError:
        return True
    return True


def _unconnected(host: str, port: int) -> socket.socket:
    family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    return socket.socket(family)


def cut() -> int:
    """Shut every open line of this process, and how many there were. Who waits on one gets an error now."""
    with _lock:
        lines = [line for line in _lines if not line.closed]
    for line in lines:
        with suppress(OSError, psycopg2.Error), socket.socket(fileno=os.dup(line.fileno())) as shared:
            shared.shutdown(socket.SHUT_RDWR)
    return len(lines)


def _watch() -> None:
    """One thread a process, begun with the first thing in hand: after a fork the parent's is not here."""
    global _watching_in
    with _lock:
        if _watching_in == os.getpid():
            return
        _watching_in = os.getpid()
    threading.Thread(target=_look_again_and_again, name="database guard", daemon=True).start()


def _look_again_and_again() -> None:
    asked_at = float("-inf")
    while True:
        time.sleep(LOOKS_EVERY_S)
        now, since = time.monotonic(), min(list(_in_hand.values()), default=None)
        if since is None or now - since < HANGS_AFTER_S or now - asked_at < ASKS_EVERY_S or silence:
            continue
        asked_at = now
        if not answers():
            silence.begin("something waits for it")
            cut()


silence = Silence("the database", answers)
