"""Workspaces: the tenants."""

from django.db import models
from django.utils import timezone

from core.tenancy.ids import new_id


class Workspace(models.Model):
    """The tenant. `blueprint_version` is the number of the published version in force; 0 before the first.

    `setup_since`: in setup mode, in which one person publishes alone, since then; null once a second approver ended it.
    `sample_of`: made up, to look around in, for that workspace; nobody comes in before `sample_ready_at`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(max_length=50, unique=True)
    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=60, default="UTC")
    currency = models.CharField(max_length=3, default="USD")
    blueprint_version = models.PositiveIntegerField(default=0)
    setup_since = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    sample_of = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="+")
    security_log_days = models.PositiveSmallIntegerField(null=True, blank=True)  # null: its lines stay for good
    sample_ready_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name
