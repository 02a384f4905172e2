"""Later changes to what was won or lost in a period that is closed."""

from django.db import models

from core.people.models import Member
from core.tenancy.walls import HeldModel, TenantKey, TenantModel
from lifecycle.models.definitions import Stage
from lifecycle.models.history import money_column
from lifecycle.models.records import text


class Restatement(HeldModel):
    """One of them: of which closing, what it was and what it is, who said so, when and why.

    Triggers of stays and of their changes write it, so that no door can forget to (docs/decisions/0133). `stage` and
    `closed_at` name the closing, `period` is the first day of its month or quarter. `is_counted_before` and `_after`:
    whether the closing was there. `import_id` is the file it came with. `record_id` and `import_id` are no references:
    an import that is undone takes records away, and what it restated stays told.
    """

    class Kind(models.TextChoices):
        AMOUNT = "amount", "Amount changed"
        LATE = "late", "Came in late"
        RETOLD = "retold", "Told otherwise"
        REMOVED = "removed", "Taken away"
        REOPENED = "reopened", "Reopened"

    kind = models.CharField(max_length=8, choices=Kind)
    record_id = models.UUIDField()
    stay_id = models.UUIDField()
    stage = TenantKey(Stage, related_name="+")
    closed_at = models.DateTimeField()
    period = models.DateField()
    at = models.DateTimeField()
    by = TenantKey(Member, null=True, blank=True, related_name="+")
    reason = text(500)
    import_id = models.UUIDField(null=True, blank=True)
    is_counted_before = models.BooleanField()
    is_counted_after = models.BooleanField()
    amount_before = money_column()
    amount_after = money_column()
    currency_before = text(3)
    currency_after = text(3)
    owner_before = models.UUIDField(null=True, blank=True)
    owner_after = models.UUIDField(null=True, blank=True)
    source_before = text(120)
    source_after = text(120)

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["workspace", "closed_at"], name="restatement_by_closing"),
            models.Index(fields=["workspace", "record_id", "at"], name="restatement_of_record"),
        ]
