"""Tasks: what one person must do by a time."""

from typing import Any

from django.db import models
from django.utils import timezone

from core.people.models import Member, Team
from core.tenancy.walls import TenantKey, TenantModel
from handoffs.models.operation import Handoff
from lifecycle.models import Record
from lifecycle.models.records import text


class Task(TenantModel):
    """Something one person must do by a time. A breach makes one, owned; a message alone enforces nothing. `made_by` is
    null for what the ladder or a return made.

    What a step of a ladder made is due in the hours of whoever got it: `hours_id`, None for the seam's.

    A late one is chased: `chased` counts how often, first its assignee, then at `chase_at` who is above them, with a
    task `about` it that ends with it. What a ladder asks for again and again by itself is not."""

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
    hours_id = models.UUIDField(null=True, blank=True)
    chased = models.PositiveSmallIntegerField(default=0, db_default=0)
    chase_at = models.DateTimeField(null=True, blank=True)
    about = TenantKey("self", null=True, blank=True, related_name="chased_by")
    told: Any = None  # why it is due then, where it is told

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
            models.Index(
                fields=["workspace", "due_at"],
                condition=models.Q(done_at__isnull=True, chased=0, due_at__isnull=False)
                & ~models.Q(kind__in=["breach", "raise"]),
                name="task_to_remind",
            ),
            models.Index(
                fields=["workspace", "chase_at"],
                condition=models.Q(done_at__isnull=True, chase_at__isnull=False),
                name="task_to_raise",
            ),
            models.Index(fields=["workspace", "about"], condition=models.Q(about__isnull=False), name="task_about"),
            models.Index(fields=["workspace", "record"], name="task_of_record"),
            models.Index(fields=["workspace", "handoff"], name="task_of_handoff"),
        ]

    def __str__(self) -> str:
        return self.title
