"""Open clocks that follow a published version, where they are too many for the publishing itself."""

from django.db import models

from core.people.models import Member
from core.tenancy.walls import TenantKey, TenantModel
from handoffs.models.orders import WorkerOrder


class Retiming(WorkerOrder, TenantModel):
    """A version whose times a worker brings to the clocks that ran when it was published, slice by slice.

    `at`: when it was published. `gone`: by seam, the kinds of clocks that it no longer names, which end first. `timed`:
    the seams whose clocks have other times; `paused`: those whose clocks stand still by other lines. `reached`: the
    last handoff of the walk so far; `left`: those of them that somebody had in hand, which are looked at again;
    `aside_count`: those that could not be retimed and stand among what was set aside."""

    version = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = TenantKey(Member, null=True, blank=True, related_name="+")
    gone = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    timed = models.JSONField(default=list)
    paused = models.JSONField(default=list)
    reached = models.UUIDField(null=True, blank=True)
    left = models.JSONField(default=list)
    total_count = models.PositiveIntegerField(default=0)
    done_count = models.PositiveIntegerField(default=0)
    aside_count = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "version"], name="retiming_once")]

    def __str__(self) -> str:
        return f"times of version {self.version}"
