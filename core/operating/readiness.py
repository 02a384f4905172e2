"""Is the product keeping its promises? The ages of everything that should have been done by now, for an operator.

Figures of all workspaces together, and of none by itself: the scanner role sees the moments of what waits, and no more.
Asked in threads of their own with an end to their patience, so that a frozen server delays the answer and not more.
"""

import logging
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as OutOfPatience
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache

from core.database import scanner_cursor
from core.sql import load

log = logging.getLogger(__name__)
PATIENCE_S = 3.0
KEPT_S = 2.0  # a monitor, a scraper and a person who reloads cost one look
# Seconds after which something is late: many ticks of its clock, since a killed worker that came back is not yet late.
LATEST = {
    "scan_age_seconds": 120,
    "beat_age_seconds": 120,
    "oldest_due_step_seconds": 300,
    "oldest_routing_seconds": 600,
    "oldest_asking_seconds": 900,
    "oldest_waiting_import_seconds": 900,
    "oldest_unfolded_seconds": 900,
    "oldest_waiting_impact_seconds": 900,
    "oldest_rescoring_seconds": 3_600,
}
READINESS = load("core", "readiness")


@dataclass(frozen=True)
class Readiness:
    """What was found. `figures` holds seconds and counts; None where nothing waits or nothing ever ran."""

    database: str
    redis: str
    figures: dict[str, float | int | None] = field(default_factory=dict)
    tasks: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def late(self) -> list[str]:
        """The names of the figures that are past their threshold."""
        return [name for name, most in LATEST.items() if self.figures and _is_late(name, self.figures[name], most)]

    @property
    def is_ready(self) -> bool:
        """The database answers and nothing is late. Redis carries no truth: its silence is told, and is no reason."""
        return self.database == "ok" and not self.late

    def as_json(self) -> dict[str, Any]:
        """As `/readyz` tells it."""
        state = "ready" if self.is_ready else "late" if self.database == "ok" else "away"
        told = {"state": state, "database": self.database, "redis": self.redis, "late": self.late}
        return {**told, **self.figures, "tasks": self.tasks}


def _is_late(name: str, value: float | None, most: float) -> bool:
    """Nothing waits: well. A clock that never ran: late."""
    return not name.startswith("oldest_") if value is None else value > most


_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="readiness")
_lock = threading.Lock()
_asked: dict[str, tuple[float, Future[Any]]] = {}


def readiness() -> Readiness:
    """How things stand, at most two seconds old. One query by the scanner and one look at Redis, at most three seconds.

    Whoever does not answer in time is silent, and is not asked again before its answer came."""
    until = time.monotonic() + PATIENCE_S
    waiting = {"database": _ask("database", _database), "redis": _ask("redis", redis_answers)}
    answers = {name: _answer(future, until) for name, future in waiting.items()}
    redis = "ok" if answers["redis"] else "silent"
    if answers["database"] is None:
        return Readiness("silent", redis)
    return Readiness("ok", redis, *answers["database"])


def _ask(name: str, question: Any) -> Future[Any]:
    """The answer that is under way or fresh, else a new question."""
    with _lock:
        at, future = _asked.get(name, (float("-inf"), None))
        if future is None or (future.done() and time.monotonic() - at > KEPT_S):
            future = _threads.submit(question)
            _asked[name] = (time.monotonic(), future)
        return future


def _answer(future: Future[Any], until: float) -> Any:
    try:
        return future.result(max(0.0, until - time.monotonic()))
    except OutOfPatience:
        return None


def _database() -> tuple[dict[str, float | int | None], dict[str, Any]] | None:
    try:
        with scanner_cursor() as cursor:
            cursor.execute("set local statement_timeout = '2s'")
            cursor.execute(READINESS.text)
            figures = dict(zip(READINESS.columns, cursor.fetchone() or (), strict=True))
    except Exception:  # away, recovering, full, not migrated: to an operator it is one thing, and the log says which
        log.exception("the database did not tell how things stand")
        return None
    return figures, figures.pop("tasks")


def redis_answers() -> bool:
    """Writing and reading back, since a silent Redis only loses what it is told."""
    try:
        cache.set("readiness", "ok", timeout=10)
        return bool(cache.get("readiness") == "ok")
    except Exception as trouble:  # full, loading, read-only, no password: silent, whatever it says
        log.warning("Redis does not serve: %s", trouble)
        return False
