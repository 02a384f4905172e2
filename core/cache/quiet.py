"""A cache that is never truth: where Redis is silent, full or closed, nothing is remembered and nothing breaks."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar, cast

import redis
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import ConnectionError, RedisError, TimeoutError

from core.cache.silence import Silence

log = logging.getLogger(__name__)
Answer = TypeVar("Answer")
# Full, loading, only for reading, no password, a broken line: each is a usual answer of a server that holds no truth.
USUAL = (RedisError, OSError)
COSTS_TIME = (ConnectionError, TimeoutError, OSError)
ASKS_FOR_S = 0.25
_silences: dict[str, Silence] = {}  # one a server and process, whichever thread found it


def _quiet(name: str, otherwise: object) -> Any:
    """Redis' own method of this name, which answers `otherwise` while Redis does not serve."""

    def ask(cache: QuietRedisCache, *args: Any, **kwargs: Any) -> Any:
        return cache.asked(lambda: getattr(super(QuietRedisCache, cache), name)(*args, **kwargs), otherwise)

    return ask


class QuietRedisCache(RedisCache):
    """Reads find nothing and writes are lost while Redis does not serve, so that people can still work and sign in.

    Who has waited in vain for an answer is the last to wait: the silence is remembered until it is over."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        url = server.split(",")[0]
        self._silence = _silences.setdefault(url, Silence("Redis", lambda: _answers(url)))

    def asked(self, question: Callable[[], Answer], otherwise: Answer) -> Answer:
        """What Redis answers, or `otherwise` while it does not serve."""
        if self._silence.silent_in != os.getpid():
            try:
                return question()
            except COSTS_TIME as silent:
                self._silence.begin(silent)
            except USUAL as refused:
                log.warning("Redis refused: %s", refused)
        return otherwise

    @cached_property
    def client(self) -> redis.Redis:
        """Made once: each new one copies what it knows of two hundred commands."""
        return cast(redis.Redis, self._cache.get_client(write=True))

    def count(self, key: str, seconds: int, times: int = 1) -> int | None:
        """How often this key was counted since its first time within the seconds, with these times; None when nobody
        knows.

        One command: between two of them Redis may forget, freeze or fill up."""
        name = self.make_and_validate_key(key)
        both = self.client.pipeline(transaction=True)
        both.incrby(name, times)
        both.expire(name, seconds, nx=True)
        counted: list[int] | None = self.asked(both.execute, None)
        return counted[0] if counted else None

    has_key, touch, delete = _quiet("has_key", False), _quiet("touch", False), _quiet("delete", False)
    set, delete_many, clear = _quiet("set", None), _quiet("delete_many", None), _quiet("clear", None)
    add = _quiet("add", True)

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self.asked(lambda: super(QuietRedisCache, self).get(key, default, version), default)

    def get_many(self, keys: Any, version: int | None = None) -> dict[Any, Any]:
        return self.asked(lambda: super(QuietRedisCache, self).get_many(keys, version), {})

    def set_many(self, data: dict[Any, Any], *args: Any, **kwargs: Any) -> list[Any]:
        return self.asked(lambda: super(QuietRedisCache, self).set_many(data, *args, **kwargs), list(data))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """As if it were the first. Who counts asks `count`."""
        return self.asked(lambda: super(QuietRedisCache, self).incr(key, delta, version), delta)


def _answers(url: str) -> bool:
    """Whether the server serves again."""
    try:
        with redis.Redis.from_url(url, socket_timeout=ASKS_FOR_S, socket_connect_timeout=ASKS_FOR_S) as client:
            client.ping()
    except COSTS_TIME:
        return False
    except USUAL:
        pass  # it refuses, so it is there
    return True
