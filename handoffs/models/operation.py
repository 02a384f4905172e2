"""Handoffs in operation: offered, given to somebody, answered."""

from datetime import datetime
from uuid import UUID

from django.db import models

from blueprint.documents import blueprint_of
from blueprint.schema import SeamTerms
from core.people.models import Member, Team
from core.tenancy.scope import current_id
from core.tenancy.walls import HeldModel, TenantKey, TenantManager, TenantModel, TenantQuerySet
from handoffs.models.configured import Pool, ReasonCode, Seam
from handoffs.models.hours import KeptHours
from handoffs.rules.allowed import Allowed, allowed
from lifecycle.models import Record
from lifecycle.models.records import facts


class HandoffQuerySet(TenantQuerySet):
    """Handoffs in the field's words."""

    def open(self) -> "HandoffQuerySet":
        """Offered and not yet answered."""
        return self.filter(state=Handoff.State.OFFERED)


class Handoff(HeldModel):
    """One record offered across a seam.

    An offered handoff has an assignee or a named queue, and a due time (a check constraint holds it).
    `due_at`, `touch_due_at` and `clock_run` are those of the clock of whoever has it, for lists and figures; its steps
    are the clock's own. `clock_run` counts the hands it went through. `priority`: raised by its ladder; the
    highest comes first in an inbox. `breached_at` equals the due time that was
    missed, the first of all runs; no index has it, so that a breach writes none: late ones are found by their clocks.
    `sla_line` is the key of the seam's SLA line that was met when it was offered, "" for none; `hours_id` are the hours
    of whoever has it, None for the seam's.
    `paused_until`: until then its clocks stand still, if that is ahead; due times are those after it.
    `again_at` is when it is routed again: an open one in a queue is asked for somebody who is there, a returned or
    recalled one is offered anew.
    """

    class State(models.TextChoices):
        OFFERED = "offered", "Offered"
        ACCEPTED = "accepted", "Accepted"
        REJECTED = "rejected", "Rejected"
        RECALLED = "recalled", "Recalled"

    number = models.BigIntegerField()
    seam = TenantKey(Seam, related_name="handoffs")
    record = TenantKey(Record, related_name="handoffs")
    state = models.CharField(max_length=10, choices=State, default=State.OFFERED, db_default=State.OFFERED.value)
    assignee = TenantKey(Member, null=True, blank=True, related_name="handoffs")
    queue = TenantKey(Pool, null=True, blank=True, related_name="+")
    team = TenantKey(Team, null=True, blank=True, related_name="+")
    offered_at = models.DateTimeField()
    offered_by = TenantKey(Member, null=True, blank=True, related_name="+")
    due_at = models.DateTimeField()
    touch_due_at = models.DateTimeField(null=True, blank=True)
    sla_line = models.CharField(max_length=60, blank=True, default="", db_default="")
    hours_id = models.UUIDField(null=True, blank=True)
    again_at = models.DateTimeField(null=True, blank=True)
    clock_run = models.PositiveSmallIntegerField(default=1, db_default=1)
    priority = models.PositiveSmallIntegerField(default=0, db_default=0)
    paused_until = models.DateTimeField(null=True, blank=True)
    breached_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = TenantKey(Member, null=True, blank=True, related_name="+")
    reason = TenantKey(ReasonCode, null=True, blank=True, related_name="+")
    note = models.TextField(blank=True, default="", db_default="")
    packet = facts()
    gaps = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    first_touched_at = models.DateTimeField(null=True, blank=True)
    result = TenantKey(Record, null=True, blank=True, related_name="+")
    blueprint_version = models.PositiveIntegerField()

    objects = TenantManager.from_queryset(HandoffQuerySet)()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "number"], name="handoff_number"),
            models.UniqueConstraint(
                fields=["workspace", "record", "seam"],
                condition=models.Q(state="offered"),
                name="one_open_handoff_per_seam",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="offered") | models.Q(assignee__isnull=False) | models.Q(queue__isnull=False),
                name="never_limbo",
            ),
            models.CheckConstraint(
                condition=models.Q(state="offered") | models.Q(answered_at__isnull=False), name="answered_has_a_time"
            ),
            models.CheckConstraint(
                condition=models.Q(answered_at__isnull=True) | models.Q(answered_at__gte=models.F("offered_at")),
                name="answered_after_offered",
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "again_at"], condition=models.Q(again_at__isnull=False), name="handoff_again"
            ),
            models.Index(
                fields=["workspace", "record"], condition=models.Q(again_at__isnull=False), name="handoff_again_record"
            ),
            models.Index(
                fields=["workspace", "assignee", "due_at"],
                include=["id", "seam", "offered_at"],
                condition=models.Q(state="offered"),
                name="handoff_open_of_who",
            ),
            models.Index(
                fields=["workspace", "assignee"],
                condition=models.Q(state="accepted", first_touched_at__isnull=True, touch_due_at__isnull=False),
                name="handoff_untouched_of_who",
            ),
            models.Index(fields=["workspace", "-offered_at", "-id"], name="handoff_newest"),
            # What became of a record's handoffs, and of all across a seam, is told without looking at them.
            models.Index(
                fields=["workspace", "record", "-offered_at"],
                include=["seam", "state", "answered_at"],
                name="handoff_seams_of_record",
            ),
            models.Index(
                fields=["workspace", "seam", "-offered_at", "-id"],
                include=["state", "answered_at", "due_at"],
                name="handoff_answers_of_seam",
            ),
            models.Index(fields=["workspace", "state", "-offered_at", "-id"], name="handoff_newest_in_state"),
            models.Index(
                fields=["workspace", "assignee", "-offered_at", "-id"],
                condition=models.Q(assignee__isnull=False),
                name="handoff_newest_of_who",
            ),
            models.Index(
                fields=["workspace", "-offered_at", "-id"],
                condition=models.Q(assignee__isnull=True),
                name="handoff_newest_of_nobody",
            ),
            models.Index(
                fields=["workspace", "result"], condition=models.Q(result__isnull=False), name="handoff_of_result"
            ),
            models.Index(
                fields=["workspace", "answered_at"],
                condition=models.Q(answered_at__isnull=False),
                name="handoff_answered_when",
            ),
        ]

    def __str__(self) -> str:
        return f"handoff {self.number}"

    def is_paused(self, at: datetime) -> bool:
        """Whether its clocks stand still."""
        return self.paused_until is not None and self.paused_until > at

    @property
    def seam_terms(self) -> SeamTerms:
        """The seam as it was when the handoff was offered. No query when the version is known to this process."""
        return blueprint_of.at(current_id(), self.blueprint_version).seams_by_id[self.seam_id]

    @property
    def allowed(self) -> Allowed:
        """How long it gives, in the hours of whoever has it. No query when version and hours are known."""
        return self.allowed_in(self.hours_id)

    def allowed_in(self, hours_id: UUID | None) -> Allowed:
        """How long it gives, counted in these hours, None for the seam's. No query when version and hours are known."""
        return allowed(self.seam_terms, self.sla_line, KeptHours.hours_of(hours_id))


class Assignment(HeldModel):
    """Who was given a handoff, when, and why: every rule tried and why not. The fairness ledger.

    `trace`: `{"rules": [{"position", "label", "verdict"}], "matched": position, "pool": key, "candidates": [...]}`;
    verdicts are met, unmet or unknown. `missed` is set when the ladder took the handoff away. The assignments of one
    handoff are a chain: each begins when the former one ends, which a trigger holds.
    """

    handoff = TenantKey(Handoff, related_name="assignments")
    member = TenantKey(Member, null=True, blank=True, related_name="+")
    pool = TenantKey(Pool, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    cause = models.CharField(max_length=12)
    missed = models.BooleanField(default=False, db_default=False)
    trace = facts()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "handoff"],
                include=["pool", "cause", "at"],
                condition=models.Q(ended_at__isnull=True),
                name="one_open_assignment",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True) | models.Q(ended_at__gte=models.F("at")),
                name="assignment_forwards",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "handoff", "at"], name="assignment_of_handoff"),
            models.Index(fields=["workspace", "member", "-at"], name="assignment_of_member"),
        ]
