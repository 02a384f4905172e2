"""Published definitions of the lifecycle that records point at: pipelines and stages."""

from django.db import models

from blueprint.models import ConfigurationModel
from blueprint.schema.vocabularies import Category, RecordKind
from core.tenancy.walls import TenantKey


class Pipeline(ConfigurationModel):
    """An ordered path for one kind of record."""

    key = models.CharField(max_length=60)
    label = models.CharField(max_length=120)
    record_kind = models.CharField(max_length=12, choices=RecordKind)
    purpose = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(ConfigurationModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="pipeline_key")]
        ordering = ["position"]

    def __str__(self) -> str:
        return self.label


class Stage(ConfigurationModel):
    """A step of a pipeline. `probability_ratio` is 0 to 1; criteria are lists of `{label, expression}`."""

    pipeline = TenantKey(Pipeline, related_name="stages")
    key = models.CharField(max_length=60)
    label = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField()
    team_function = models.CharField(max_length=20)
    lifecycle_stage = models.CharField(max_length=60, blank=True, help_text="key of the lifecycle stage this means")
    category = models.CharField(max_length=12, choices=Category, default=Category.OPEN)
    probability_ratio = models.DecimalField(max_digits=4, decimal_places=3, default=0)
    forecast_category = models.CharField(max_length=12, default="omitted")
    age_limit_days = models.PositiveIntegerField(null=True, blank=True)
    entry_criteria = models.JSONField(default=list)
    exit_criteria = models.JSONField(default=list)
    required_properties = models.JSONField(default=list)
    auto_enter = models.BooleanField(default=False)

    class Meta(ConfigurationModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "pipeline", "key"], name="stage_key"),
            # what records and stays refer to: a stage of their own pipeline, in one reference
            models.UniqueConstraint(fields=["workspace", "pipeline", "id"], name="stage_in_pipeline"),
        ]
        ordering = ["position"]

    def __str__(self) -> str:
        return self.label
