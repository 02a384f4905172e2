"""Which version the running code judges by, for events and stays that remember it."""

from collections.abc import Iterator
from contextlib import contextmanager

from core.history.actions import blueprint_version


@contextmanager
def running_version(number: int) -> Iterator[None]:
    """Events written inside carry this version number."""
    token = blueprint_version.set(number)
    try:
        yield
    finally:
        blueprint_version.reset(token)
