"""Heartbeats: each periodic task says when it came to its end, so that its silence is noticed."""

import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from core.sql import load

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

        return run

    return beating


def beat(name: str, *, took_ms: int = 0) -> None:
    """`name` came to its end now. One query."""
    BEAT.run(task=name, took_ms=took_ms)
