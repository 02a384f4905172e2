"""Metric definitions, and their readings by day and segment."""

from django.db import models
from django.utils import timezone

from blueprint.models import ConfigurationModel
from core.people.models import Member
from core.tenancy.walls import TenantKey, TenantModel


class Metric(ConfigurationModel):
    """A number the workspace agrees on: kind + parameters + filter, with an owner and a target.

    `unit`: ratio, money, days, minutes, count, money_per_day. `direction`: up or down (which way is good).
    `definition_version` is the blueprint version in which its definition last changed.
    """

    key = models.CharField(max_length=60)
    label = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    kind = models.CharField(max_length=30)
    parameters = models.JSONField(default=dict)
    filter = models.TextField(blank=True)
    unit = models.CharField(max_length=15)
    direction = models.CharField(max_length=4, default="up")
    target = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    segments = models.JSONField(default=list)
    is_headline = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)
    owner = TenantKey(Member, null=True, blank=True, related_name="+")
    definition_version = models.PositiveIntegerField(default=1)

    class Meta(ConfigurationModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="metric_key")]
        ordering = ["position"]

    def __str__(self) -> str:
        return self.label


def sums() -> models.DecimalField:
    return models.DecimalField(max_digits=20, decimal_places=4, default=0, db_default=0)


class Reading(TenantModel):
    """The sums of one metric on one day for one segment value.

    Sums of `numerator` and `denominator` over days give the value of a period; `distribution` (value → count, whole
    days or minutes) gives exact medians and percentiles of a period. `segment` is '' for the whole. What `aside`,
    `stock` and `stock_days` hold: `scorecard.rules.totals.Totals`.
    """

    metric = TenantKey(Metric, related_name="readings")
    day = models.DateField()
    segment = models.CharField(max_length=60, blank=True, default="", db_default="")
    segment_value = models.CharField(max_length=200, blank=True, default="", db_default="")
    numerator = models.DecimalField(max_digits=20, decimal_places=4, default=0)
    denominator = models.DecimalField(max_digits=20, decimal_places=4, default=0)
    aside = sums()
    stock = sums()
    stock_days = sums()
    amounts = models.IntegerField(default=0, db_default=0)
    unconverted = models.IntegerField(default=0, db_default=0)
    distribution = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    definition_version = models.PositiveIntegerField()
    computed_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "metric", "segment", "day", "segment_value"], name="reading_once"
            )
        ]


class DirtyDay(TenantModel):
    """A day whose readings must be rebuilt: something dated on it was added or corrected. A null day is all days.

    A log, not a set: rows are only added (by triggers, in the transaction of the change) and only taken away by the
    fold that rebuilds the day, so writers never wait for one another. `about`: all, cohort or seam, the kinds of metric
    that are touched.
    """

    day = models.DateField(null=True)
    about = models.CharField(max_length=6, default="all", db_default="all")
    marked_at = models.DateTimeField(default=timezone.now)


class FoldMark(TenantModel):
    """How far readings have been folded in this workspace; pages add the unfolded tail from the rows themselves.

    `fingerprints`: metric key → what its definition compiled to when its readings were folded.
    """

    folded_until = models.DateTimeField()
    fingerprints = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace"], name="fold_mark_once")]


class ExchangeRate(TenantModel):
    """What one unit of `currency` is worth in `to_currency` from a day on, until the next one. `source`: where the rate
    is from, in the words of who brought it."""

    to_currency = models.CharField(max_length=3)
    currency = models.CharField(max_length=3)
    day = models.DateField()
    rate = models.DecimalField(max_digits=20, decimal_places=10)
    source = models.CharField(max_length=60, blank=True, default="", db_default="")
    written_by = TenantKey(Member, null=True, blank=True, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "to_currency", "currency", "day"], name="exchange_rate_once"),
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="exchange_rate_above_zero"),
        ]


class ScorecardView(TenantModel):
    """Who opened the shared scorecard, by day: whether both sides look at the same numbers."""

    member = TenantKey(Member, related_name="+")
    day = models.DateField()
    views = models.PositiveIntegerField(default=1)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "member", "day"], name="scorecard_view_once")]
