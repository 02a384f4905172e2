"""Pauses: when the clocks of a handoff stood still, why, and by whom."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import models

from core.people.models import Member
from core.tenancy.walls import HeldModel, TenantKey, TenantModel
from handoffs.models.configured import ReasonCode
from handoffs.models.operation import Handoff


class Pause(HeldModel):
    """How long the clocks of a handoff stand still: from `at` to `until_at`, unless somebody ends it before, at
    `ended_at`. After `until_at` it is over by itself, and nothing is written then: the clocks were moved when it began.

    `member_id` is who had the handoff then; its reference holds no member, so leaving is no matter. `gaps` are the keys
    of the items that the sender was asked for.
    """

    class Kind(models.TextChoices):
        CUSTOMER = "customer", "Waiting for the customer"
        PACKET = "packet", "Waiting for the sender"
        ABSENCE = "absence", "Away"
        STATE = "state", "On hold"

    handoff = TenantKey(Handoff, related_name="pauses")
    kind = models.CharField(max_length=10, choices=Kind)
    reason = TenantKey(ReasonCode, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=500, blank=True, default="", db_default="")
    gaps = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    member_id = models.UUIDField()
    by = TenantKey(Member, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    until_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    BY_HAND = (Kind.CUSTOMER, Kind.PACKET)
    SHORT_ABSENCE = timedelta(hours=12)

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(condition=models.Q(until_at__gt=models.F("at")), name="pause_forwards"),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True)
                | models.Q(ended_at__gte=models.F("at"), ended_at__lte=models.F("until_at")),
                name="pause_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "handoff", "at"], name="pause_of_handoff"),
            models.Index(fields=["workspace", "member_id", "-at"], name="pause_of_member"),
            models.Index(
                fields=["workspace", "until_at"], condition=models.Q(ended_at__isnull=True), name="pause_standing"
            ),
        ]

    @property
    def over_at(self) -> datetime:
        """When it ended, or ends by itself."""
        over: datetime = self.ended_at or self.until_at
        return over

    @property
    def by_hand(self) -> bool:
        """Whether somebody stopped the clock, so that a task waits for its end."""
        return self.kind in self.BY_HAND

    def uses_up(self, holder_id: UUID | None) -> bool:
        """Whether it uses up the minutes that whoever has it now may stop the clock: by hand, by planning a few hours
        off, or by planning more and taking it back."""
        is_away = self.kind == self.Kind.ABSENCE
        is_short = is_away and self.until_at - self.at < self.SHORT_ABSENCE
        return self.by_hand or is_short or self.is_taken_back(holder_id)

    def is_taken_back(self, holder_id: UUID | None) -> bool:
        """Whether whoever has it now was to be away for longer than they were."""
        is_cut = self.ended_at is not None and self.ended_at < self.until_at
        return is_cut and self.kind == self.Kind.ABSENCE and self.member_id == holder_id

    @property
    def why(self) -> str:
        """Why it stands still, in words."""
        return self.reason.label if self.reason else self.get_kind_display()

    def __str__(self) -> str:
        return f"{self.get_kind_display()} since {self.at:%Y-%m-%d %H:%M}"
