"""What was promised to a customer, by whom, until when, and what became of it."""

from django.db import models

from core.people.models import Member
from core.tenancy.walls import HeldModel, TenantKey, TenantModel
from handoffs.models.configured import Seam
from handoffs.models.operation import Handoff
from handoffs.models.tasks import Task
from lifecycle.models import Record
from lifecycle.models.records import text


class Commitment(HeldModel):
    """A promise. Accepting a handoff takes those of its packet in: `made_by` is who sold it, `owner` who must keep it.

    `due_at` is the end of `due_on` where the workspace is. What is open then is late: `late_at` keeps that moment, also
    after it was kept. `consequence` is what came of it with the customer, as somebody said: friction, or that the
    record `lost` was lost over it."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        LATE = "late", "Late"
        KEPT = "kept", "Kept"
        BROKEN = "broken", "Broken"
        VOID = "void", "Void"

    class Consequence(models.TextChoices):
        FRICTION = "friction", "Friction"
        CHURN = "churn", "Customer lost"

    number = models.BigIntegerField()
    title = models.CharField(max_length=300)
    record = TenantKey(Record, related_name="commitments")
    handoff = TenantKey(Handoff, null=True, blank=True, related_name="commitments")
    seam = TenantKey(Seam, null=True, blank=True, related_name="+")
    made_by = TenantKey(Member, null=True, blank=True, related_name="+")
    owner = TenantKey(Member, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    due_on = models.DateField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=6, choices=State, default=State.OPEN)
    late_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = TenantKey(Member, null=True, blank=True, related_name="+")
    note = text(500)
    consequence = models.CharField(max_length=8, choices=Consequence, blank=True, default="", db_default="")
    lost = TenantKey(Record, null=True, blank=True, related_name="+")
    task = TenantKey(Task, null=True, blank=True, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "number"], name="commitment_number"),
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "late"], decided_at__isnull=True)
                | models.Q(state__in=["kept", "broken", "void"], decided_at__isnull=False),
                name="commitment_decided_has_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(late_at__isnull=True) | models.Q(late_at=models.F("due_at")),
                name="commitment_late_since_due",
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "due_at"],
                condition=models.Q(state="open", due_at__isnull=False),
                name="commitment_due",
            ),
            models.Index(fields=["workspace", "record"], name="commitment_of_record"),
            models.Index(fields=["workspace", "handoff"], name="commitment_of_handoff"),
            models.Index(fields=["workspace", "seam", "created_at"], name="commitment_of_seam"),
            models.Index(fields=["workspace", "-created_at", "-id"], name="commitment_newest"),
        ]

    def __str__(self) -> str:
        return self.title
