"""Reading the version in force: one document per workspace and version, parsed once per process."""

from collections.abc import Callable
from functools import lru_cache, update_wrapper
from pathlib import Path
from threading import Lock
from typing import Any, Generic, TypeVar
from uuid import UUID

import yaml
from django.db import connection, transaction

from blueprint.keys import keyed
from blueprint.models import BlueprintVersion
from blueprint.schema import Blueprint
from core.people.models import Workspace

DEFAULT_BLUEPRINT = Path(__file__).with_name("b2b_saas.yaml")
Part = TypeVar("Part")


@lru_cache(maxsize=1)
def default_document() -> dict[str, Any]:
    """The B2B SaaS blueprint a new workspace starts with."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml, where the wheel brings it, is ten times as fast
    with DEFAULT_BLUEPRINT.open(encoding="utf-8") as file:
        return keyed(yaml.load(file, loader))


class _Shelf:
    """What was read of published versions, kept by workspace, number and reader; the part unused longest makes room."""

    MOST = 1_500

    def __init__(self) -> None:
        self._parts: dict[Any, Any] = {}
        self._lock = Lock()

    def part(self, key: Any, read: Callable[[], Any]) -> Any:
        """The part kept under the key, else the one that `read` answers, which is kept from now on."""
        with self._lock:
            if key in self._parts:
                self._parts[key] = found = self._parts.pop(key)  # the newest place
                return found
        fresh = read()
        with self._lock:
            self._parts[key] = fresh
            while len(self._parts) > self.MOST:
                del self._parts[next(iter(self._parts))]
        return fresh

    def clear(self) -> None:
        """Keep nothing."""
        with self._lock:
            self._parts.clear()


class _Publishing(_Shelf):
    """The parts of a version that this transaction publishes. Django forgets it with a rollback, and so do we."""

    def __init__(self, workspace_id: UUID, number: int) -> None:
        super().__init__()
        self.version = workspace_id, number

    def __call__(self) -> None:
        """The transaction is committed: the version is read as any other from now on."""


_published = _Shelf()
forget_all = _published.clear


def publishing(workspace_id: UUID, number: int) -> None:
    """Say that the transaction under way writes this version: until it is committed, nobody else may read it, and
    after a rollback another document may come to bear the same number."""
    transaction.on_commit(_Publishing(workspace_id, number))


def _shelf_for(workspace_id: UUID, number: int) -> _Shelf:
    for _, follower, *_ in connection.run_on_commit:
        if isinstance(follower, _Publishing) and follower.version == (workspace_id, number):
            return follower
    return _published


def remembered(workspace: Workspace, what: str) -> set[Any]:
    """A set that goes with the version in force, for this process: what was once found true of it and stays so."""
    workspace_id, version = workspace.pk, workspace.blueprint_version
    found: set[Any] = _shelf_for(workspace_id, version).part((workspace_id, version, what), set)
    return found


def document(workspace_id: UUID, version: int) -> dict[str, Any]:
    """The document of one published version. Published versions never change, so it is read once per process."""

    def read() -> dict[str, Any]:
        found: dict[str, Any] = BlueprintVersion.objects.values_list("document", flat=True).get(number=version)
        return keyed(found)

    found: dict[str, Any] = _shelf_for(workspace_id, version).part((workspace_id, version), read)
    return found


class per_version(Generic[Part]):
    """Turn `parse(workspace_id, document)` into `part_of(workspace)`, kept per workspace and version number.

    `part_of.parse` is the function itself: a what-if calls it with a proposed document.
    """

    def __init__(self, parse: Callable[[UUID, dict[str, Any]], Part]) -> None:
        self.parse = parse
        update_wrapper(self, parse)

    def __call__(self, workspace: Workspace) -> Part:
        return self.at(workspace.pk, workspace.blueprint_version)

    def at(self, workspace_id: UUID, version: int) -> Part:
        """The part as a published version had it: what clocks started under it are kept by."""
        key = workspace_id, version, self.parse
        shelf = _shelf_for(workspace_id, version)
        part: Part = shelf.part(key, lambda: self.parse(workspace_id, document(workspace_id, version)))
        return part


@per_version
def blueprint_of(workspace_id: UUID, document: dict[str, Any]) -> Blueprint:
    """The blueprint in force in a workspace; `blueprint_of.at(workspace_id, version)` one that was."""
    return Blueprint.of(workspace_id, document)
