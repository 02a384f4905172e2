"""What all orders for a worker have: how far it is, and why it failed."""

from django.db import models


class WorkerOrder(models.Model):
    """Something too large for one request, which a worker does. The row is the order, and is locked while it is worked
    on."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting for a worker"
        RUNNING = "running", "At work"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    UNDER_WAY = (State.WAITING, State.RUNNING)

    state = models.CharField(max_length=7, choices=State, default=State.DONE, db_default=State.DONE.value)
    error = models.CharField(max_length=500, blank=True, default="", db_default="")

    class Meta:
        abstract = True

    @property
    def is_under_way(self) -> bool:
        """A worker has it, or will."""
        return self.state in self.UNDER_WAY

    @property
    def is_failed(self) -> bool:
        """A worker could not do it; `error` says why."""
        return self.state == self.State.FAILED
