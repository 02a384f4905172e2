"""Undoing a file of companies: what it made goes while nothing belongs to it, what it changed is as it was."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from blueprint.typed_values import name_key
from core.history.actions import record_all
from core.history.models import NO_RECORD, Event
from core.people.models import Member
from lifecycle.models import Account, ImportUndo, UndoItem
from lifecycle.rules.owners import why_not_owner

KINDS = {"account.created": True, "account.updated": False}  # made first: made and then told more of is made
COLUMNS = ("name", "domain", "owner_id")
BATCH = 2_000


def find(undo: ImportUndo, since: datetime, until: datetime) -> None:
    """Keep the companies that the import wrote, as its events name them. Two queries for some thousand of them."""
    for kind, is_created in KINDS.items():
        events = Event.objects.filter(kind=kind, at__range=(since, until)).order_by("at", "id")
        own = [pk for pk, of in events.values_list("subject_id", "facts__import") if of == str(undo.of_id)]
        for first in range(0, len(own), BATCH):
            numbers = Account.objects.filter(pk__in=own[first : first + BATCH]).values_list("pk", "number")
            UndoItem.objects.bulk_create(
                [UndoItem(undo=undo, record_id=pk, number=number, is_created=is_created) for pk, number in numbers],
                ignore_conflicts=True,
            )


def built_on(items: Collection[UndoItem], undo: ImportUndo) -> dict[UUID, str]:
    """Of these companies, those that something was built on, with the key of the reason. Two queries."""
    made = {item.record_id for item in items if item.is_created}
    ids = [item.record_id for item in items]
    owning = Account.objects.filter(pk__in=made).filter(Q(records__isnull=False) | Q(children__isnull=False))
    found = dict.fromkeys(owning.values_list("pk", flat=True), "records")
    later = Event.objects.filter(NO_RECORD, subject_id__in=ids, at__gte=undo.of.started_at).order_by("at", "id")
    for account_id, of in later.values_list("subject_id", "facts__import"):
        if of != str(undo.of_id):
            found.setdefault(account_id, "imports" if of else "people")
    return found


def put_back(items: Collection[UndoItem], undo: ImportUndo, since: datetime, until: datetime, at: datetime) -> None:
    """Take away or set back some of them; what cannot be what it was is left, with the reason."""
    accounts = Account.objects.select_for_update().in_bulk([item.record_id for item in items])
    touched = built_on(items, undo)
    former = _former([item.record_id for item in items if not item.is_created], undo, since, until)
    told: list[tuple[str, str, UUID, UUID | None, dict[str, Any]]] = []
    facts = {"import": str(undo.of_id), "file": undo.of.file_name}
    for item in items:
        account, item.touched_by = accounts.get(item.record_id), touched.get(item.record_id, "")
        if account and not item.touched_by and item.is_created:
            told.append(("account.undone", "account", account.pk, None, {**facts, "number": account.number}))
            account.delete()
        elif account and not item.touched_by:
            if _set_back(account, former.get(account.pk, {}), at):
                told.append(("account.updated", "account", account.pk, None, {"undone": facts["import"]}))
            else:
                item.touched_by = "refused"
        item.outcome = "left" if item.touched_by else "removed" if item.is_created else "set_back"
    record_all(told, at=at, actor=undo.asked_by)
    UndoItem.objects.bulk_update(items, ["outcome", "touched_by"])


def _former(ids: Collection[UUID], undo: ImportUndo, since: datetime, until: datetime) -> dict[UUID, dict[str, Any]]:
    """What the companies were before the import, by the path of what it changed. One query."""
    found: dict[UUID, dict[str, Any]] = {}
    events = Event.objects.filter(NO_RECORD, subject_id__in=ids, kind="account.updated", at__range=(since, until))
    for account_id, facts in events.order_by("at", "id").values_list("subject_id", "facts"):
        if facts.get("import") == str(undo.of_id):
            former = found.setdefault(account_id, {})
            for path, (before, _) in facts.get("changed", {}).items():
                former.setdefault(path, before)
    return found


def _set_back(account: Account, former: dict[str, Any], at: datetime) -> bool:
    """Whether the company could be what it was: its name is free, and its owner can still own."""
    key = name_key(former.get("name", account.name))
    owner = Member.objects.filter(pk=former["owner_id"]).first() if former.get("owner_id") else None
    if (owner and why_not_owner(owner)) or Account.objects.filter(name_key=key).exclude(pk=account.pk).exists():
        return False
    for path, value in former.items():
        if path in COLUMNS:
            setattr(account, path, value)
        elif value is None:
            account.properties.pop(path.partition(".")[2], None)
        else:
            account.properties[path.partition(".")[2]] = value
    account.name_key, account.updated_at = key, at
    account.save(update_fields=["name", "name_key", "domain", "owner", "properties", "updated_at"])
    return True


def changes_of(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    """What differs, by its path: before and after."""
    return {
        path: [before.get(path), after.get(path)]
        for path in sorted(before.keys() | after.keys())
        if before.get(path) != after.get(path)
    }


def state_of(account: Account) -> dict[str, Any]:
    """What a file can write of a company, by its path."""
    owner = str(account.owner_id) if account.owner_id else None
    columns = {"name": account.name, "domain": account.domain, "owner_id": owner}
    return columns | {f"properties.{key}": value for key, value in account.properties.items()}
