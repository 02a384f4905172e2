"""Reading the version in force: one document per workspace and version, parsed once per process."""

from collections.abc import Callable
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import yaml

from revops.blueprint.models import BlueprintVersion
from revops.workspaces.models import Workspace

DEFAULT_BLUEPRINT = Path(__file__).with_name("b2b_saas.yaml")
Part = TypeVar("Part")


@lru_cache(maxsize=1)
def default_document() -> dict[str, Any]:
    """The B2B SaaS blueprint a new workspace starts with."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml, where the wheel brings it, is ten times as fast
    with DEFAULT_BLUEPRINT.open(encoding="utf-8") as file:
        document: dict[str, Any] = yaml.load(file, loader)
    return document


@lru_cache(maxsize=256)
def document(workspace_id: UUID, version: int) -> dict[str, Any]:
    """The document of one published version. Published versions never change, so it is read once per process."""
    found: dict[str, Any] = BlueprintVersion.objects.values_list("document", flat=True).get(number=version)
    return found


def per_version(parse: Callable[[UUID, dict[str, Any]], Part]) -> Callable[[Workspace], Part]:
    """Turn `parse(workspace_id, document)` into `part_of(workspace)`, kept per workspace and version number.

    `part_of.parse` is the function itself: a what-if calls it with a proposed document.
    """
    cached = lru_cache(maxsize=256)(lambda workspace_id, version: parse(workspace_id, document(workspace_id, version)))

    @wraps(parse)
    def part_of(workspace: Workspace) -> Part:
        return cached(workspace.pk, workspace.blueprint_version)

    part_of.parse = parse  # type: ignore[attr-defined]
    part_of.forget = cached.cache_clear  # type: ignore[attr-defined]
    return part_of
