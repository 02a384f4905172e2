"""A cache that is never truth: where Redis is silent, nothing is remembered and nothing breaks."""

from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import ConnectionError, TimeoutError

SILENT = (ConnectionError, TimeoutError)


class QuietRedisCache(RedisCache):
    """Reads find nothing and writes are lost while Redis does not answer, so that people can still sign in.

    `incr` still raises: who counts decides for himself what a lost count means (`revops.api.KeyRate`)."""

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        try:
            return super().get(key, default, version)
        except SILENT:
            return default

    def get_many(self, keys: Any, version: int | None = None) -> dict[Any, Any]:
        try:
            return super().get_many(keys, version)
        except SILENT:
            return {}

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> None:
        try:
            super().set(key, value, *args, **kwargs)
        except SILENT:
            return

    def add(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> bool:
        try:
            return super().add(key, value, *args, **kwargs)
        except SILENT:
            return True

    def delete(self, key: Any, version: int | None = None) -> bool:
        try:
            return super().delete(key, version)
        except SILENT:
            return False
