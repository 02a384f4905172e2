"""A scope is a ceiling: what changes anything is never open to a key that may only read."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from core.people.permissions import PERMITS

WRITES = ("POST", "PUT", "PATCH", "DELETE")


def actions(resolver: Any = None) -> Iterator[tuple[Any, str, str]]:
    """(viewset, method, action) of everything that answers an address of the API of a workspace."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from actions(entry)
        elif isinstance(entry, URLPattern) and getattr(entry.callback, "cls", None):
            for method, action in getattr(entry.callback, "actions", {}).items():
                yield entry.callback.cls, method.upper(), action


def doors() -> list[tuple[str, str, str]]:
    """(view, method, verb) of everything that may change something."""
    found = {
        (view.__name__, f"{method} {action}", getattr(view, "verbs", {}).get(action, ""))
        for view, method, action in actions()
        if method in WRITES
    }
    return sorted(found)


def test_there_are_doors_to_look_at() -> None:
    assert len(doors()) > 40


@pytest.mark.parametrize(("view", "method", "verb"), doors())
def test_what_writes_needs_a_scope_that_writes(view: str, method: str, verb: str) -> None:
    assert verb in PERMITS, f"{view} answers {method} without naming a verb"
    assert PERMITS[verb][1].endswith(":write"), f"{view} lets {method} pass under {PERMITS[verb][1]}"


def test_reading_scopes_carry_reading_verbs_alone() -> None:
    for verb, (_, scope) in PERMITS.items():
        assert scope.endswith(":read") == verb.endswith(".read"), verb
