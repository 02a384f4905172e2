"""Heartbeats: each periodic task says when it came to its end, and beat that it runs, so that silence is noticed."""

import logging
import threading
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import Error, connection

from core.call_room import roomy
from core.sql import load

log = logging.getLogger(__name__)
EVERY_S = 10.0
_last = float("-inf")
_writing: threading.Thread | None = None

P = ParamSpec("P")
R = TypeVar("R")

BEAT = load("core", "beat")


def heartbeat(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A task that says so each time it comes to its end. One that raises says nothing. One query."""

    def beating(task: Callable[P, R]) -> Callable[P, R]:
        @wraps(task)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            started = time.monotonic()
            result = task(*args, **kwargs)
            beat(name, took_ms=round((time.monotonic() - started) * 1000))
            return result

        return roomy(run)

    return beating


def beat(name: str, *, took_ms: int = 0) -> None:
    """`name` came to its end now. One query."""
    BEAT.run(task=name, took_ms=took_ms)


def schedule_runs() -> None:
    """Beat calls it at each tick and it says so every ten seconds, unless the last time is still being written. It is
    written beside the schedule: a database that is away or frozen delays no tick."""
    global _last, _writing
    now = time.monotonic()
    if now - _last < EVERY_S or (_writing is not None and _writing.is_alive()):
        return
    _last, _writing = now, threading.Thread(target=_write, daemon=True)
    _writing.start()


def _write() -> None:
    try:
        beat("beat")
    except Error as away:
        log.warning("beat could not say that it runs: %s", away)
    finally:
        connection.close()  # this thread's own, and the thread ends here
