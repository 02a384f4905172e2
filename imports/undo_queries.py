"""What pages and programs want to know of an import on its way back."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Model, Q

from core.people.models import Member, Team
from imports.undo_words import HANDS_OFF
from lifecycle.models import Account, ImportUndo, Record

SHOWN = 100
NAMED_IN: dict[str, tuple[type[Model], ...]] = {"accounts": (Account,), "people": (Member, Team)}


@dataclass(frozen=True)
class BuiltOnRecord:
    """A record, a company, or somebody, that something was built on, and what, as a key and in words."""

    number: int
    name: str
    code: str
    reason: str


def counts(undo: ImportUndo) -> dict[str, int]:
    """Records it made and changed, those something was built on, and what became of them so far. One query."""
    found = undo.items.aggregate(
        created=Count("pk", filter=Q(is_created=True)),
        changed=Count("pk", filter=Q(is_created=False)),
        touched=Count("pk", filter=~Q(touched_by="")),
        removed=Count("pk", filter=Q(outcome="removed")),
        set_back=Count("pk", filter=Q(outcome="set_back")),
        left=Count("pk", filter=Q(outcome="left")),
    )
    return {**found, "accounts": undo.removed_accounts}


def touched(undo: ImportUndo) -> list[BuiltOnRecord]:
    """Records that something was built on, each with its reason in words; the first hundred. Two queries."""
    found = list(undo.items.exclude(touched_by="").order_by("number")[:SHOWN])
    ids, names = [item.record_id for item in found], dict[Any, str]()
    for model in NAMED_IN.get(undo.of.target, (Record,)):
        names |= dict(model._default_manager.filter(pk__in=ids).values_list("pk", "name"))
    return [
        BuiltOnRecord(
            item.number,
            names.get(item.record_id, ""),
            item.touched_by,
            HANDS_OFF.get(item.touched_by, HANDS_OFF["other"]),
        )
        for item in found
    ]
