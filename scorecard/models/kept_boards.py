"""Who looks at which figures: views of the scorecard, own boards and their mails."""

from django.db import models
from django.utils import timezone

from core.people.models import Member
from core.tenancy.walls import TenantKey, TenantModel


class ScorecardView(TenantModel):
    """Who opened the shared scorecard, by day: whether both sides look at the same numbers."""

    member = TenantKey(Member, related_name="+")
    day = models.DateField()
    views = models.PositiveIntegerField(default=1)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "member", "day"], name="scorecard_view_once")]


class MetricBoard(TenantModel):
    """A member's own choice of metrics, with its period, comparison, segment and filters. It holds keys of the registry
    and no formula, so its figures are those of the scorecard. `is_shared`: everybody in the workspace may open it."""

    number = models.BigIntegerField()
    name = models.CharField(max_length=120)
    owner = TenantKey(Member, related_name="+")
    metrics = models.JSONField(default=list)
    period = models.CharField(max_length=15)
    compare = models.CharField(max_length=10)
    segment = models.CharField(max_length=60, blank=True, default="", db_default="")
    value = models.CharField(max_length=200, blank=True, default="", db_default="")
    filters = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    is_shared = models.BooleanField(default=False, db_default=False)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "number"], name="metric_board_number")]

    @property
    def narrowed(self) -> tuple[tuple[str, str], ...]:
        """The filters: segments with their values."""
        return tuple((each["segment"], each["value"]) for each in self.filters)

    def __str__(self) -> str:
        return self.name


class BoardMailing(TenantModel):
    """A member's wish to get a board by mail. `next_at`: when the next one is due."""

    board = TenantKey(MetricBoard, on_delete=models.CASCADE, related_name="mailings")
    member = TenantKey(Member, related_name="+")
    every = models.CharField(max_length=7)
    next_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "board", "member"], name="board_mailing_once")]
        indexes = [models.Index(fields=["next_at"], name="board_mailing_due")]


class BoardMail(TenantModel):
    """A mail of a board: written with its figures in one transaction, sent by a task, kept as it was. `told` holds what
    it says; nothing of it is counted anew. `next_try_at` is null once it is sent or given up."""

    member = TenantKey(Member, related_name="+")
    board_number = models.BigIntegerField()
    subject = models.CharField(max_length=200)
    told = models.JSONField()
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    next_try_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=models.Q(next_try_at__isnull=False), name="board_mail_waiting"
            ),
            models.Index(fields=["workspace", "member", "made_at"], name="board_mail_of_member"),
        ]
