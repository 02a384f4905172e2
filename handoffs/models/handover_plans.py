"""What changed hands when somebody left, got another role or seat, or went away; it can be undone."""

from django.db import models

from core.people.models import Member
from core.tenancy.walls import HeldModel, TenantKey, TenantModel
from handoffs.models.orders import WorkerOrder


class HandoverPlan(WorkerOrder, HeldModel):
    """A plan that was carried out, or that a worker carries out. `asked`: what undoing needs to know, such as the role
    before. `moves`: each thing that changed hands, and to whom. `undone`: what became of each when it was undone.

    `work`: what is or was last done with it, `state` and `error` how it went; `request`: what a worker is to do."""

    class Kind(models.TextChoices):
        LEAVES = "leaves", "Leaves"
        ROLE = "role", "Gets another role"
        SEAT = "seat", "Loses a seat"
        TEAM = "team", "Changes teams"
        AWAY = "away", "Is away"

    class Work(models.TextChoices):
        HAND_OVER = "hand_over", "Handing over"
        UNDO = "undo", "Undoing"

    member = TenantKey(Member, related_name="handovers")
    kind = models.CharField(max_length=8, choices=Kind)
    at = models.DateTimeField()
    by = TenantKey(Member, related_name="+")
    asked = models.JSONField(default=dict)
    moves = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = TenantKey(Member, null=True, blank=True, related_name="+")
    undone = models.JSONField(default=list)
    work = models.CharField(max_length=9, choices=Work, default=Work.HAND_OVER, db_default=Work.HAND_OVER.value)
    request = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["workspace", "member", "-at"], name="handover_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "member"],
                condition=models.Q(state__in=("waiting", "running")),
                name="handover_one_under_way",
            )
        ]

    def __str__(self) -> str:
        return f"{self.member.name}: {self.get_kind_display().lower()}"

    @property
    def is_carried_out(self) -> bool:
        """Everything changed hands, whatever became of undoing it."""
        return self.work == self.Work.UNDO or self.state == self.State.DONE
