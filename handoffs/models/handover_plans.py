"""What changed hands when somebody left, got another role or seat, or went away; it can be undone."""

from django.db import models

from core.people.models import Member
from core.tenancy.walls import HeldModel, TenantKey, TenantModel


class HandoverPlan(HeldModel):
    """A plan that was carried out. `asked`: what undoing needs to know, such as the role before. `moves`: each thing
    that changed hands, and to whom. `undone`: what became of each when it was undone."""

    class Kind(models.TextChoices):
        LEAVES = "leaves", "Leaves"
        ROLE = "role", "Gets another role"
        SEAT = "seat", "Loses a seat"
        TEAM = "team", "Changes teams"
        AWAY = "away", "Is away"

    member = TenantKey(Member, related_name="handovers")
    kind = models.CharField(max_length=8, choices=Kind)
    at = models.DateTimeField()
    by = TenantKey(Member, related_name="+")
    asked = models.JSONField(default=dict)
    moves = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = TenantKey(Member, null=True, blank=True, related_name="+")
    undone = models.JSONField(default=list)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["workspace", "member", "-at"], name="handover_newest")]

    def __str__(self) -> str:
        return f"{self.member.name}: {self.get_kind_display().lower()}"
