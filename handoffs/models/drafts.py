"""Packets that are filled in before their handoff is offered."""

from django.db import models

from core.people.models import Member
from core.tenancy.walls import HeldModel, TenantKey, TenantModel
from handoffs.models.configured import Seam
from lifecycle.models import Record
from lifecycle.models.records import facts


class PacketDraft(HeldModel):
    """What the sending side has written down so far for one seam of a record. Offering takes it in; it is kept, so that
    a record that comes to the seam another time begins with it. `by` is who wrote last, at `at`."""

    record = TenantKey(Record, related_name="packet_drafts")
    seam = TenantKey(Seam, related_name="+")
    packet = facts()
    by = TenantKey(Member, related_name="+")
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "record", "seam"], name="one_packet_draft_per_seam"),
        ]

    def __str__(self) -> str:
        return f"{self.seam}, {self.record}"
