"""Clocks of handoffs: who had how long for what, and whether it was kept."""

from datetime import datetime
from typing import Any

from django.db import models

from core.tenancy.walls import HeldModel, TenantKey, TenantManager, TenantModel, TenantQuerySet
from handoffs.models.operation import Handoff


class ClockQuerySet(TenantQuerySet):
    """Clocks in the field's words."""

    def unmarked(self, at: datetime) -> "ClockQuerySet":
        """Of answers that are late since the last scan, which marks them."""
        return self.filter(kind=Clock.Kind.ANSWER, state=Clock.State.RUNNING, due_at__lt=at)


class Clock(HeldModel):
    """How long one person, or a queue, had for one thing: to answer a handoff, to touch it first, or what its seam
    names beside, by the kind of that clock.

    Each change of hands ends the clock of whoever had it and begins one for whoever has it now, `run` by `run`: so the
    verdict is about the person who let the time pass. `started_at` is when the time allowed began, which may be before
    they had it: a manager who gives it to somebody else does not make it later. `restarts` counts how often it was
    begun anew by hand. `breached_at` is the due time that was missed; `stopped_at` is the answer, the touch, or the
    change of hands, and a clock that stopped is never changed. Its assignment holds the member, so no reference does.
    `offered_at` is when its handoff was offered, of the first clock of an answer that was missed and of no other: by it
    late handoffs are listed.
    `hours_id` are the hours it is counted in, None for the seam's.
    `rungs` is every step of its ladder as `{"action", "at"}` and what of it is not as usual (`rules/rungs.py`), in
    order, computed when it starts, so that editing a seam never rewrites a promise. `next_rung_at` is when its place
    `rung` falls due; null when none is left, and once it stopped.
    """

    class Kind(models.TextChoices):
        ANSWER = "answer", "Answer"
        FIRST_TOUCH = "first_touch", "First touch"

    class State(models.TextChoices):
        RUNNING = "running", "Running"
        MET = "met", "Met"
        BREACHED = "breached", "Breached"
        ENDED = "ended", "Ended before it was due"

    handoff = TenantKey(Handoff, related_name="clocks")
    kind = models.CharField(max_length=20, choices=Kind)
    run = models.PositiveSmallIntegerField(default=1, db_default=1)
    member_id = models.UUIDField(null=True, blank=True)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.RUNNING, db_default=State.RUNNING.value)
    stopped_at = models.DateTimeField(null=True, blank=True)
    breached_at = models.DateTimeField(null=True, blank=True)
    offered_at = models.DateTimeField(null=True, blank=True)
    hours_id = models.UUIDField(null=True, blank=True)
    restarts = models.PositiveSmallIntegerField(default=0, db_default=0)
    rungs = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    rung = models.PositiveSmallIntegerField(default=0, db_default=0)
    next_rung_at = models.DateTimeField(null=True, blank=True)

    objects = TenantManager.from_queryset(ClockQuerySet)()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "handoff", "kind", "run"], name="clock_once"),
            models.CheckConstraint(condition=models.Q(due_at__gte=models.F("started_at")), name="clock_forwards"),
            models.CheckConstraint(
                condition=models.Q(breached_at__isnull=True, state__in=["running", "met", "ended"])
                | models.Q(breached_at=models.F("due_at"), state="breached"),
                name="clock_breached_at_due",
            ),
            models.CheckConstraint(
                condition=models.Q(stopped_at__isnull=True, state__in=["running", "breached"])
                | models.Q(stopped_at__isnull=False, state__in=["met", "breached", "ended"]),
                name="clock_stopped",
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "next_rung_at"],
                condition=models.Q(next_rung_at__isnull=False),
                name="clock_due",
            ),
            models.Index(
                fields=["workspace", "due_at"],
                condition=models.Q(kind="answer", state="running"),
                name="clock_late_unmarked",
            ),
            models.Index(
                fields=["workspace", "-offered_at", "-handoff"],
                condition=models.Q(offered_at__isnull=False),
                name="clock_newest_late",
            ),
            models.Index(
                fields=["workspace", "breached_at"],
                include=["handoff"],
                condition=models.Q(offered_at__isnull=False),
                name="clock_first_missed",
            ),
            models.Index(
                fields=["workspace"],
                condition=models.Q(stopped_at__isnull=True, next_rung_at__isnull=True, kind="answer"),
                name="clock_halted",
            ),
        ]

    @property
    def label(self) -> str:
        """What it is for, in words."""
        return self.get_kind_display() if self.kind in self.Kind.values else self.rungs[0]["label"]

    @property
    def is_wall(self) -> bool:
        """Whether it counts every minute by itself, whatever its seam counts."""
        return self.kind not in self.Kind.values and bool(self.rungs[0].get("wall"))

    @property
    def ahead(self) -> list[dict[str, Any]]:
        """The steps that are not taken yet."""
        rungs: list[dict[str, Any]] = self.rungs
        return rungs[self.rung :]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.run}"
