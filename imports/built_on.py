"""What was built on records since an import wrote them: the reasons why they are not simply put back."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import Q

from core.sql import load
from imports.undo_words import HANDS_OFF
from lifecycle.models import Import, Record

TOUCHED = load("lifecycle", "undo_touched")
# What intake itself writes of a record, and takes away with it.
WRITTEN = {"external_ids", "stays", "stay_changes", "replaced_stays", "score_changes", "touchpoints"}


def built_on(record_ids: Collection[UUID], created: Collection[UUID], job: Import) -> dict[UUID, str]:
    """Of these records, those that something was built on, with the key of the reason. A record that was there before
    keeps what points at it; one that goes may have nothing, beside what came `by_itself`. One query, and one for each
    kind of thing that points at records."""
    found: dict[UUID, str] = {}
    if not record_ids:
        return found
    for relation in _pointing() if created else ():
        name = relation.get_accessor_name() or ""
        if name not in WRITTEN:
            pointing = relation.related_model._default_manager.filter(**{f"{relation.field.name}__in": created})
            pointing = pointing.exclude(getattr(relation.related_model, "by_itself", Q(pk=None)))
            for record_id in pointing.values_list(relation.field.attname, flat=True).distinct():
                found.setdefault(record_id, name if name in HANDS_OFF else "other")
    rows = TOUCHED.rows(records=list(record_ids), **{"import": str(job.pk)}, since=job.started_at)
    return dict(rows) | found


def _pointing() -> list[Any]:
    """What points at records, also without a name of its own there."""
    fields = Record._meta.get_fields(include_hidden=True)
    return [field for field in fields if field.auto_created and (field.one_to_many or field.one_to_one)]
