"""When each clock last ran, and what it had to leave behind."""

from django.db import models
from django.utils import timezone

from core.tenancy.walls import TenantModel


class Heartbeat(models.Model):
    """The last time a periodic task came to its end, by the database's clock. Of no workspace."""

    name = models.CharField(max_length=60, primary_key=True)
    at = models.DateTimeField()
    took_ms = models.PositiveIntegerField(default=0)
    runs = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


# By the kind of trouble, as the reason begins; a reason of another form is a refusal's own sentence.
PLAIN = {
    "OperationalError": "The database was away, or it took too long.",
    "InterfaceError": "The database was away.",
    "IntegrityError": "It contradicts what is there already.",
    "DataError": "A value does not fit where it belongs.",
    "MemoryError": "There was not enough memory for it.",
}
labels: dict[str, str] = {}  # what people call each kind of row; see `setting_aside.retried_by`


class SetAside(TenantModel):
    """One thing a pass could not do and left behind so that the others went on.

    `kind` names who takes it again (`revops/wiring.py`); `subject_id` is the row in question, `what` says it in words.
    `next_try_at` is when it is tried again by itself; null where it waits for a person. The row goes when a try is
    successful.
    """

    kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    what = models.CharField(max_length=300)
    reason = models.CharField(max_length=500)
    since = models.DateTimeField(default=timezone.now)
    last_tried_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveIntegerField(default=1)
    next_try_at = models.DateTimeField(null=True, blank=True)
    request_id = models.CharField(max_length=64, blank=True, default="", db_default="")

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "kind", "subject_id"], name="set_aside_once")]
        indexes = [models.Index(fields=["workspace", "since"], name="set_aside_oldest")]

    def __str__(self) -> str:
        return self.what

    @property
    def label(self) -> str:
        """What people call this kind of row."""
        return labels.get(self.kind) or self.kind.replace("_", " ").capitalize()

    @property
    def why(self) -> str:
        """What went wrong, for somebody who does not read programs."""
        name = self.reason.partition(":")[0]
        if " " in name or not name.isidentifier():
            return self.reason  # a sentence
        otherwise = "The program stumbled over what it found here. It is our fault, not yours."
        return PLAIN.get(name, otherwise)
