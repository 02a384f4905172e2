"""Tasks: what one person must do by a time."""

from django.db import models
from django.utils import timezone

from core.people.models import Member, Team
from core.tenancy.walls import TenantKey, TenantModel
from handoffs.models.operation import Handoff
from lifecycle.models import Record
from lifecycle.models.records import text


class Task(TenantModel):
    """Something one person must do by a time. A breach makes one, owned; a message alone enforces nothing. `made_by` is
    null for what the ladder or a return made."""

    number = models.BigIntegerField()
    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=300)
    assignee = TenantKey(Member, null=True, blank=True, related_name="tasks")
    team = TenantKey(Team, null=True, blank=True, related_name="+")
    handoff = TenantKey(Handoff, null=True, blank=True, related_name="tasks")
    record = TenantKey(Record, null=True, blank=True, related_name="tasks")
    due_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = TenantKey(Member, null=True, blank=True, related_name="+")
    outcome = text(300)
    made_by = TenantKey(Member, null=True, blank=True, related_name="+")
    repeats = models.CharField(max_length=5, blank=True, default="", db_default="")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "number"], name="task_number"),
            models.CheckConstraint(
                condition=models.Q(done_at__isnull=True) | models.Q(done_at__gte=models.F("created_at")),
                name="task_done_after_made",
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "assignee", "due_at"],
                condition=models.Q(done_at__isnull=True),
                name="task_inbox",
            ),
            models.Index(
                fields=["workspace", "made_by", "due_at"],
                condition=models.Q(made_by__isnull=False),
                name="task_made_by",
            ),
            models.Index(fields=["workspace", "record"], name="task_of_record"),
            models.Index(fields=["workspace", "handoff"], name="task_of_handoff"),
        ]

    def __str__(self) -> str:
        return self.title
