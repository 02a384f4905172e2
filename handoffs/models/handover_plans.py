"""What changed hands when somebody left, got another role or seat, or went away; it can be undone."""

from django.db import models

from core.people.models import Member
from core.tenancy.walls import HeldModel, TenantKey, TenantModel


class HandoverPlan(HeldModel):
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

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting for a worker"
        RUNNING = "running", "At work"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    UNDER_WAY = (State.WAITING, State.RUNNING)

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
    state = models.CharField(max_length=7, choices=State, default=State.DONE, db_default=State.DONE.value)
    error = models.CharField(max_length=500, blank=True, default="", db_default="")
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
    def is_under_way(self) -> bool:
        """A worker has it, or will."""
        return self.state in self.UNDER_WAY

    @property
    def is_failed(self) -> bool:
        """A worker could not do it; `error` says why."""
        return self.state == self.State.FAILED

    @property
    def is_carried_out(self) -> bool:
        """Everything changed hands, whatever became of undoing it."""
        return self.work == self.Work.UNDO or self.state == self.State.DONE
