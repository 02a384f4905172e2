"""What somebody did to many handoffs at once, or to one that they gave away: kept for as long as it can be taken back,
and a while after."""

from datetime import timedelta

from django.db import models

from core.people.models import Member
from core.tenancy.walls import HeldModel, TenantKey, TenantModel


class BulkDeed(HeldModel):
    """One verb done to many, by whom and when. Until `until_at` it can be taken back.

    `rows`: of each handoff that it was done to, its id and number, how many hands it had gone through then, when it was
    done, and when its first touch was due. `undone`: what came of each when it was taken back, as it is told."""

    class Verb(models.TextChoices):
        ACCEPT = "accept", "Accepted"
        REJECT = "reject", "Rejected"
        REASSIGN = "reassign", "Given away"
        RECALL = "recall", "Taken back"

    KEPT_FOR = timedelta(days=1)  # so that who asks once more hears what came of it

    verb = models.CharField(max_length=8, choices=Verb)
    by = TenantKey(Member, related_name="+")
    at = models.DateTimeField()
    until_at = models.DateTimeField()
    rows = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["workspace", "by", "at"], name="bulk_deed_of_who")]

    def __str__(self) -> str:
        return f"{self.get_verb_display()}: {len(self.rows)}"
