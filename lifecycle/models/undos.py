"""Undoing an import as a whole: what it wrote, what was built on it since, and what became of each record."""

from django.db import models

from core.people.models import Member
from core.tenancy.walls import HeldModel, TenantKey, TenantModel
from lifecycle.models.files import Import
from lifecycle.models.records import facts, text


class ImportUndo(TenantModel):
    """One import on its way back. `former_state` is what the import was before; `cursor` is how far its events have
    been looked through."""

    class Phase(models.TextChoices):
        LOOKING = "looking", "Being looked at"
        READY = "ready", "Waiting to be confirmed"
        UNDOING = "undoing", "Being undone"
        DONE = "done", "Undone"
        KEPT = "kept", "Kept after all"

    of = TenantKey(Import, related_name="undos")
    phase = models.CharField(max_length=8, choices=Phase, default=Phase.LOOKING)
    former_state = models.CharField(max_length=10, choices=Import.State)
    cursor = facts()
    leaves_touched = models.BooleanField(default=False)
    removed_accounts = models.PositiveIntegerField(default=0)
    asked_by = TenantKey(Member, related_name="+")
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "of"], name="one_undo_of_import")]


class UndoItem(HeldModel):
    """One record that the import wrote. `is_created`: the import made it. `touched_by`: what was built on it since,
    as a key of `imports.undo_words`. `outcome`: removed, set_back or left; "" until its turn."""

    undo = TenantKey(ImportUndo, related_name="items")
    record_id = models.UUIDField()
    number = models.BigIntegerField()
    is_created = models.BooleanField()
    is_checked = models.BooleanField(default=False, db_default=False)
    touched_by = text(20)
    outcome = text(8)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "undo", "record_id"], name="undo_item_once")]
        indexes = [
            models.Index(
                fields=["workspace", "undo", "is_checked", "number"],
                condition=models.Q(outcome=""),
                name="undo_item_in_turn",
            ),
            models.Index(
                fields=["workspace", "undo", "number"], condition=~models.Q(touched_by=""), name="undo_item_touched"
            ),
        ]
