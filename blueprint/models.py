"""Published versions: immutable, numbered, each kept whole as one document."""

from django.db import models

from core.people.models import Member
from core.tenancy.walls import TenantKey, TenantModel


class BlueprintVersion(TenantModel):
    """One published version of the workspace's whole configuration; a trigger refuses to change or delete it."""

    number = models.PositiveIntegerField()
    document = models.JSONField()
    summary = models.CharField(max_length=300, blank=True)
    change_request_id = models.UUIDField(null=True, blank=True)
    published_at = models.DateTimeField()
    published_by = TenantKey(Member, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "number"], name="blueprint_number")]

    def __str__(self) -> str:
        return f"version {self.number}"


class ConfigurationModel(TenantModel):
    """A row of published configuration. Its id follows from its key; a trigger refuses writes outside an approved
    change request. `is_retired` rows are no longer part of the blueprint but history still points at them."""

    is_retired = models.BooleanField(default=False)

    class Meta(TenantModel.Meta):
        abstract = True
