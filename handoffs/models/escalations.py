"""Escalations: the steps of a ladder that were taken."""

from django.db import models

from core.people.models import Member
from core.tenancy.walls import HeldModel, TenantKey, TenantModel
from handoffs.models.operation import Handoff
from handoffs.models.tasks import Task


class Escalation(HeldModel):
    """One step of a ladder that was taken, once: unique on (handoff, step, clock run). `due_at` is when it fell due.

    `skipped`: why it was passed over, where it was."""

    class Skipped(models.TextChoices):
        NOT = "", "It was taken"
        UNMET = "unmet", "Its condition was not met"
        UNKNOWN = "unknown", "What its condition asks was not known"
        MADE = "made", "A task had been made already"
        EARLIER = "earlier", "Its moment was over when the ladder began"
        NOBODY = "nobody", "Nobody it is about was here"

    handoff = TenantKey(Handoff, related_name="escalations")
    step = models.PositiveSmallIntegerField()
    clock_run = models.PositiveSmallIntegerField()
    action = models.CharField(max_length=10)
    due_at = models.DateTimeField()
    taken_at = models.DateTimeField()
    from_member = TenantKey(Member, null=True, blank=True, related_name="+")
    to_member = TenantKey(Member, null=True, blank=True, related_name="+")
    skipped = models.CharField(max_length=8, blank=True, choices=Skipped, default="", db_default="")
    task = TenantKey(Task, null=True, blank=True, related_name="escalations")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "handoff", "step", "clock_run"], name="escalated_once")
        ]
        indexes = [models.Index(fields=["workspace", "due_at"], name="escalation_due")]
