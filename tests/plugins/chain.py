"""The middleware of Django's test client, built once for a process and not for each client.

Building it takes longer than most requests: WhiteNoise looks through every file of the pages. A setting that a test
changes, but for those that every test changes, has it built anew."""

from __future__ import annotations

from typing import Any

from django.core.signals import setting_changed
from django.test.client import ClientHandler

OF_EVERY_TEST = ("PASSWORD_HASHERS", "PEOPLE_PER_MINUTE")
PARTS = ("_view_middleware", "_template_response_middleware", "_exception_middleware", "_middleware_chain")
_built: dict[str, Any] = {}
_build = ClientHandler.load_middleware


def _load(handler: ClientHandler, is_async: bool = False) -> None:
    """Take the chain that was built before; a chain holds nothing of a client."""
    if is_async or not _built:
        _build(handler, is_async)
        if not is_async:
            _built.update({part: getattr(handler, part) for part in PARTS})
    else:
        handler.__dict__.update(_built)


def _forget(setting: str, **_: Any) -> None:
    if setting not in OF_EVERY_TEST:
        _built.clear()


def build_once() -> None:
    """From now on, for every client of this process."""
    ClientHandler.load_middleware = _load  # type: ignore[method-assign]
    setting_changed.connect(_forget)
