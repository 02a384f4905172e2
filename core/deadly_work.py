"""Work that ends its workers: what was begun again and again and never came to an end is left, and that is told.

A worker that is killed, for want of memory say, can write nothing, and the next tick begins the same anew. So each
beginning is counted, and its end, good or bad, takes the count away. Redis keeps the count: where it forgets, more is
tried, and nothing is lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import cast
from uuid import UUID

from django.core.cache import caches

from core.cache.quiet import QuietRedisCache

MOST = 5  # beginnings of one thing that one worker does at a time, in a row and without an end
FORGOTTEN_S = 3600


class EndsItsWorkers(Exception):
    """Whoever works on it is killed."""

    def __init__(self, times: int) -> None:
        super().__init__(
            f"{times} workers in a row were killed while they worked on this. It may need more memory than they have."
        )


@contextmanager
def survived(what: str, subject: UUID, *, most: int = MOST, leaves: bool = False) -> Iterator[None]:
    """Work on something inside. Raises EndsItsWorkers where it was begun `most` times and never ended; then it may be
    begun anew at once, since somebody is told and decides, or with `leaves` only within the hour."""
    cache = cast(QuietRedisCache, caches["default"])
    key = f"begun:{what}:{subject}"
    both = cache.client.pipeline(transaction=True)
    both.incr(key)
    both.expire(key, FORGOTTEN_S, nx=True)
    is_deadly = cache.asked(both.execute, [0])[0] > most
    try:
        if is_deadly:
            raise EndsItsWorkers(most)
        yield
    finally:
        if not (is_deadly and leaves):
            cache.asked(partial(cache.client.delete, key), 0)
