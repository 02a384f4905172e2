"""Clocks of stages: how long a record may stay where it stands."""

from typing import Any, ClassVar

from django.db import models

from core.tenancy.walls import HeldModel, TenantKey, TenantModel
from lifecycle.models import Record


class StageClock(HeldModel):
    """How long one record has in one stage that has a ladder, from when it entered.

    `rungs` is every step as a handoff's clock keeps it; `taken` is what came of those before `rung`: when each fell due
    and was taken, whom it went to, its task, or why it was skipped. It stops when the record leaves."""

    by_itself: ClassVar = models.Q(pk__isnull=False)  # all of them go with a record whose import is undone

    record = TenantKey(Record, related_name="stage_clocks")
    stage_id = models.UUIDField()
    blueprint_version = models.PositiveIntegerField()
    entered_at = models.DateTimeField()
    due_at = models.DateTimeField()
    rungs = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    taken = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    rung = models.PositiveSmallIntegerField(default=0, db_default=0)
    next_rung_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "record", "stage_id", "entered_at"], name="stage_clock_once")
        ]
        indexes = [
            models.Index(
                fields=["workspace", "next_rung_at"],
                condition=models.Q(next_rung_at__isnull=False),
                name="stage_clock_due",
            ),
        ]

    @property
    def ahead(self) -> list[dict[str, Any]]:
        """The steps that are not taken yet."""
        rungs: list[dict[str, Any]] = self.rungs
        return rungs[self.rung :]

    def __str__(self) -> str:
        return f"{self.stage_id} since {self.entered_at}"
