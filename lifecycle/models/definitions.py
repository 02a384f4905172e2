"""Published definitions of the lifecycle: properties, pipelines, stages, moves, scores."""

from django.db import models

from blueprint.models import ConfigurationModel
from core.people.functions import Function
from core.tenancy.walls import TenantKey


class RecordKind(models.TextChoices):
    """What a record is at this point of the journey."""

    LEAD = "lead", "Lead"
    OPPORTUNITY = "opportunity", "Opportunity"
    CUSTOMER = "customer", "Customer"


class Category(models.TextChoices):
    """What being in a stage means for the record."""

    OPEN = "open", "Open"
    WON = "won", "Won"
    LOST = "lost", "Lost"
    DISQUALIFIED = "disqualified", "Disqualified"
    RECYCLED = "recycled", "Recycled"


class Property(ConfigurationModel):
    """A named fact about records: its type, allowed values, and the system that owns it."""

    key = models.CharField(max_length=60)
    label = models.CharField(max_length=120)
    record_kind = models.CharField(max_length=12, blank=True, help_text="blank = every kind")
    data_type = models.CharField(max_length=10)
    options = models.JSONField(default=list)
    system_of_record = models.CharField(max_length=60, blank=True)
    source_rule = models.CharField(max_length=20, default="latest_wins")
    reverify_days = models.PositiveIntegerField(null=True, blank=True)

    class Meta(ConfigurationModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="property_key")]

    def __str__(self) -> str:
        return self.label


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
    team_function = models.CharField(max_length=20, choices=Function)
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


class StageMove(ConfigurationModel):
    """One allowed step of the from→to matrix."""

    from_stage = TenantKey(Stage, related_name="moves_out")
    to_stage = TenantKey(Stage, related_name="moves_in")
    needs_approval = models.BooleanField(default=False)

    class Meta(ConfigurationModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "from_stage", "to_stage"], name="stage_move_once")]


class ScoreModel(ConfigurationModel):
    """How a record earns points; at `threshold` it is marketing qualified."""

    key = models.CharField(max_length=60)
    label = models.CharField(max_length=120)
    threshold = models.PositiveSmallIntegerField()
    fit_cap = models.PositiveSmallIntegerField(default=100)
    behaviour_cap = models.PositiveSmallIntegerField(default=100)
    half_life_days = models.PositiveIntegerField(null=True, blank=True)
    bands = models.JSONField(default=list)

    class Meta(ConfigurationModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="score_model_key")]


class ScoreRule(ConfigurationModel):
    """Points for one condition."""

    model = TenantKey(ScoreModel, related_name="rules")
    position = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=160)
    group = models.CharField(max_length=10)
    expression = models.TextField()
    points = models.SmallIntegerField()

    class Meta(ConfigurationModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "model", "position"], name="score_rule_position")]
        ordering = ["position"]
