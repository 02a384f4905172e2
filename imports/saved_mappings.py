"""Mappings that were saved under a name: proposed again for a file with the same header."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from core.errors import BadInput, WorldMovedOn
from core.history.actions import record
from core.people.models import Member
from core.people.permissions import permit
from imports.profiling import Findings
from lifecycle.models import Import, SavedMapping

LONGEST_NAME = 80


def saved_mappings(member: Member) -> list[SavedMapping]:
    """All of them, by name. One query."""
    permit(member, "record.import")
    return list(SavedMapping.objects.select_related("saved_by").order_by("name"))


def saved_for(job: Import) -> list[SavedMapping]:
    """Those of files with the header of this one, the newest first. One query."""
    key = _key_of(column["header"] for column in job.findings["columns"])
    return list(SavedMapping.objects.filter(header_key=key).select_related("saved_by").order_by("-saved_at", "name"))


def proposed(findings: Findings, job: Import) -> list[dict[str, Any]]:
    """The mappings saved for files with this header, the newest first, as who sent the file may use them. One query."""
    key = _key_of(column["header"] for column in findings["columns"])
    found = SavedMapping.objects.filter(header_key=key)
    if target := job.asked.get("target"):
        found = found.filter(mapping__target=target)
    system = {"system": job.asked["system"]} if "system" in job.asked else {}
    nobody = {"unknown_owner": "blank"} if job.asked.get("makes_nobody") else {}
    return [{**saved.mapping, **system, **nobody} for saved in found.order_by("-saved_at")]


@transaction.atomic
def save_mapping(job: Import, name: str, *, by: Member, at: datetime) -> SavedMapping:
    """Keep the mapping of an import under a name; one of that name is replaced. Raises BadInput, WorldMovedOn."""
    permit(by, "record.import")
    name = " ".join(name.split())[:LONGEST_NAME]
    if not name:
        raise BadInput("A saved mapping needs a name.", field="name", code="no_name")
    if not job.mapping:
        raise WorldMovedOn("The file has not been read yet.", code="still_reading")
    key = _key_of(column["header"] for column in job.findings["columns"])
    kept = {"header_key": key, "mapping": job.mapping, "saved_by": by, "saved_at": at}
    saved, _ = SavedMapping.objects.update_or_create(name=name, defaults=kept)
    record("import.mapping_saved", job, at=at, actor=by, facts={"name": name})
    return saved


@transaction.atomic
def forget_mapping(saved_id: UUID, *, by: Member, at: datetime) -> None:
    """Propose it no longer. Imports that used it keep their mapping. Raises NotFound."""
    permit(by, "record.import")
    saved = SavedMapping.objects.one(pk=saved_id)
    record("import.mapping_forgotten", saved, at=at, actor=by, facts={"name": saved.name})
    saved.delete()


def _key_of(headers: Iterable[str]) -> str:
    """What header lines are compared by: the names, in their order."""
    return hashlib.sha256("\x1f".join(headers).encode()).hexdigest()[:32]
