"""Walks over the open records that ask their score and their stage anew."""

from django.db import models

from core.tenancy.walls import TenantModel


class Rescoring(TenantModel):
    """One walk over the open records: their scores follow a published version, or fade with time.

    `reached` is the last record asked; whoever goes on goes on from there. One walk of a workspace at a time.
    """

    class Cause(models.TextChoices):
        PUBLISHED = "published", "A version was published"
        FADED = "faded", "Behaviour fades"

    cause = models.CharField(max_length=10, choices=Cause)
    blueprint_version = models.PositiveIntegerField()
    reached = models.UUIDField(null=True, blank=True)
    total_count = models.PositiveIntegerField(default=0)
    asked_count = models.PositiveIntegerField(default=0)
    changed_count = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace"], condition=models.Q(finished_at__isnull=True), name="one_rescoring_at_a_time"
            )
        ]
        indexes = [models.Index(fields=["workspace", "-started_at"], name="rescoring_newest")]
