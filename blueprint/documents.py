"""Reading the version in force: one document per workspace and version, parsed once per process."""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache, update_wrapper
from pathlib import Path
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


def functions_said(*, workspace: Workspace) -> dict[str, str] | None:
    """Key → label of the functions that the version in force has; nothing before there is one."""
    return dict(blueprint_of(workspace).function_labels) if workspace.blueprint_version else None


MOST_PARTS = 2_400  # a workspace in use has six, of half a megabyte together: 400 of them may take turns


def _shelf() -> Any:
    """Keeps what was read of published versions by reader, workspace and number; the part unused longest makes room."""
    return lru_cache(maxsize=MOST_PARTS)(lambda read, workspace_id, version, *_: read(workspace_id, version))


class _Publishing:
    """The parts of a version that this transaction publishes. Django forgets it with a rollback, and so do we."""

    def __init__(self, workspace_id: UUID, number: int) -> None:
        self.version, self.shelf = (workspace_id, number), _shelf()

    def __call__(self) -> None:
        """The transaction is committed: the version is read as any other from now on."""


_published = _shelf()
forget_all = _published.cache_clear


def publishing(workspace_id: UUID, number: int) -> None:
    """Say that the transaction under way writes this version: until it is committed, nobody else may read it, and
    after a rollback another document may come to bear the same number."""
    transaction.on_commit(_Publishing(workspace_id, number))


def _kept(read: Callable[[UUID, int], Part], workspace_id: UUID, version: int, *name: str) -> Part:
    """What the reader says of a version, read once per process."""
    for _, follower, *_rest in connection.run_on_commit:
        if isinstance(follower, _Publishing) and follower.version == (workspace_id, version):
            return follower.shelf(read, workspace_id, version, *name)
    return _published(read, workspace_id, version, *name)


def _nothing_yet(workspace_id: UUID, version: int) -> set[Any]:
    return set()


def remembered(workspace: Workspace, what: str) -> set[Any]:
    """A set that goes with the version in force, for this process: what was once found true of it and stays so."""
    return _kept(_nothing_yet, workspace.pk, workspace.blueprint_version, what)


VERSIONS_LOOKED_AT = 100


def seams_since(workspace: Workspace) -> dict[str, datetime]:
    """Seam → since when it stands at its stage, for those that came there after the first version; of the newest
    hundred. One query, once per process and version."""
    return _kept(_seams_since, workspace.pk, workspace.blueprint_version)


def _seams_since(workspace_id: UUID, version: int) -> dict[str, datetime]:
    versions = BlueprintVersion.objects.filter(number__lte=version).order_by("-number")
    looked = list(versions.values_list("number", "published_at", "document__seams")[:VERSIONS_LOOKED_AT])
    stages = [{seam["key"]: seam["trigger"] for seam in seams} for _, _, seams in looked]
    since: dict[str, datetime] = {}
    for key, trigger in stages[0].items() if stages else ():
        oldest = next((nth for nth, there in enumerate(stages) if there.get(key) != trigger), len(stages)) - 1
        number, published_at, _ = looked[oldest]
        if number > 1:
            since[key] = published_at
    return since


def _document(workspace_id: UUID, version: int) -> dict[str, Any]:
    return keyed(BlueprintVersion.objects.values_list("document", flat=True).get(number=version))


def document(workspace_id: UUID, version: int) -> dict[str, Any]:
    """The document of one published version. Published versions never change, so it is read once per process."""
    return _kept(_document, workspace_id, version)


class per_version(Generic[Part]):
    """Turn `parse(workspace_id, document)` into `part_of(workspace)`, kept per workspace and version number.

    `part_of.parse` is the function itself: a what-if calls it with a proposed document.
    """

    def __init__(self, parse: Callable[[UUID, dict[str, Any]], Part]) -> None:
        self.parse = parse
        update_wrapper(self, parse)

    def __call__(self, workspace: Workspace) -> Part:
        return _kept(self._read, workspace.pk, workspace.blueprint_version)

    def at(self, workspace_id: UUID, version: int) -> Part:
        """The part as a published version had it: what clocks started under it are kept by."""
        return _kept(self._read, workspace_id, version)

    def _read(self, workspace_id: UUID, version: int) -> Part:
        return self.parse(workspace_id, document(workspace_id, version))


@per_version
def blueprint_of(workspace_id: UUID, document: dict[str, Any]) -> Blueprint:
    """The blueprint in force in a workspace; `blueprint_of.at(workspace_id, version)` one that was."""
    return Blueprint.of(workspace_id, document)
