"""A cache that is truth for as long as it is kept: what could not be written raises and is not passed over."""

from __future__ import annotations

from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.db import DatabaseError, IntegrityError, OperationalError, connections, router


class StrictDatabaseCache(DatabaseCache):
    """Django's answers False to every trouble of the database, and who counts by it does not look: an attempt to sign
    in would pass without being counted. Here only a twin who was first is an ordinary answer."""

    def _base_set(self, mode: str, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT) -> bool:
        troubles: list[DatabaseError] = []

        def notice(execute: Any, *statement: Any) -> Any:
            try:
                return execute(*statement)
            except DatabaseError as trouble:
                troubles.append(trouble)
                raise

        with connections[router.db_for_write(self.cache_model_class)].execute_wrapper(notice):
            if super()._base_set(mode, key, value, timeout):
                return True
        if troubles and not isinstance(troubles[-1], IntegrityError):
            raise troubles[-1]
        if troubles:  # the key came between our look and our insert; now it is there, and a set replaces it
            return self._base_set(mode, key, value, timeout) if mode == "set" else False
        if mode == "touch":
            return False  # there is no such key
        raise OperationalError("The database went away before it had kept what it was told.")
