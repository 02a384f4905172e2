"""What one person may ask of us, and where attempts to sign in are counted."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Lock
from typing import cast

from django.conf import settings
from django.core.cache import caches
from django.db import connection, transaction
from django.http import HttpResponse
from django.utils.connection import ConnectionProxy

from core.cache.quiet import QuietRedisCache
from core.errors import TooMany
from core.http.requests import WorkspaceRequest
from core.http.web import refusal_page
from core.sql import load

MINUTE = 60
MOST_AHEAD = 10_000  # people and keys whose times a process remembers
COUNT_ATTEMPT = load("core", "count_attempt")


def within_rate(request: WorkspaceRequest, answer: Callable[[], HttpResponse]) -> HttpResponse:
    """Stands around every view of a workspace: so many pages and calls a minute for each signed-in person, whichever
    browser and workspace they come from. Keys have their own rate; without its count the limit sleeps."""
    user_id = getattr(request.member, "user_id", None)
    if user_id is None or request.member.came_with:
        return answer()
    most = settings.PEOPLE_PER_MINUTE
    used, seconds_left = used_this_minute(f"person-rate:{user_id}", request.at, most)
    if used is None or used <= most:
        return answer()
    response = refusal_page(request, TooMany("Too many requests within a minute. Wait a little.", code="throttled"))
    response["Retry-After"] = str(seconds_left)
    return response


@dataclass(slots=True)
class Ahead:
    """Times that this process counted before they were used: `left` of them, the last of them the `last`-th."""

    minute: int
    last: int
    left: int


_ahead: dict[str, Ahead] = {}
_counting = Lock()


def used_this_minute(whose: str, at: datetime, most: int) -> tuple[int | None, int]:
    """How often it was counted in this minute, with this once, None when nobody knows; and the seconds left of it.

    Each process counts a hundredth of what is allowed ahead, so that most calls ask nobody; what it does not use is
    lost for the minute."""
    minute, second = divmod(int(at.timestamp()), MINUTE)
    with _counting:
        ahead = _ahead.get(whose)
        if ahead and ahead.minute == minute and ahead.left:
            ahead.left -= 1
            return ahead.last - ahead.left, MINUTE - second
    times = max(1, most // 100)
    last = cast(QuietRedisCache, caches["default"]).count(f"{whose}:{minute}", 2 * MINUTE, times)
    if last is None:
        return None, MINUTE - second
    with _counting:
        if len(_ahead) > MOST_AHEAD:
            _ahead.clear()
        _ahead[whose] = Ahead(minute, last, times - 1)
    return last - times + 1, MINUTE - second


def counted(what: str, whom: str, within: timedelta) -> int:
    """How often this was counted for them within the time, with this one; undone with its transaction. One statement,
    whatever workspace asks: what is kept is a digest, and nobody can read from it whom it is about."""
    key = f"counted:{what}:{sha256(whom.encode()).hexdigest()}"
    [(number,)] = COUNT_ATTEMPT.rows(counter=key, seconds=within.total_seconds())
    return int(number)


def count_in_the_database() -> None:
    """Called once at start: allauth counts attempts where they outlive Redis, or whoever takes Redis down could guess
    passwords and codes without end. Its modules name the default cache and offer no setting for another."""
    from allauth.core.internal import ratelimit
    from allauth.mfa.totp.internal import auth

    ratelimit.cache = auth.cache = ConnectionProxy(caches, "limits")  # type: ignore[attr-defined]
    ratelimit.cache_lock = one_at_a_time


@contextmanager
def one_at_a_time(key: str) -> Iterator[bool]:
    """Read, add one, keep, in one transaction that nobody else is in for this key. allauth's own lock is a row: a
    caller who is cut off leaves it behind, and the account it names is refused until it has run out."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        yield True
