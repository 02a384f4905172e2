"""Metric definitions, and their readings by day and segment."""

from datetime import date

from django.db import models
from django.utils import timezone

from blueprint.models import ConfigurationModel
from core.people.models import Member
from core.tenancy.walls import TenantKey, TenantModel
from scorecard.rules.days import Days


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
    return models.DecimalField(max_digits=30, decimal_places=4, default=0, db_default=0)


class ReadingSeries(TenantModel):
    """The readings of one metric under one definition; without a metric, of the funnel: its
    steps, what was closed from them, or the answers at a seam.

    `definition` is a hash of everything a sample is read from (kind, stages, hours, filter, time zone): another one has
    readings of its own, and these stay beside them as they were, `superseded_at`. `statement` is a hash of how they are
    added up: where that changes, the same readings are counted anew.
    `terms`: the metric as it was defined.

    `pending`: spans of days that are to be counted (anew), null for no end. `uncounted_until`: up to this day nothing
    was counted yet; null when all was. What happened until `folded_until` is folded but for the pending days. Who was
    worked at longest ago comes next.
    """

    metric = TenantKey(Metric, null=True, related_name="series")
    terms = models.JSONField(default=dict)
    definition = models.CharField(max_length=32)
    statement = models.CharField(max_length=32)
    definition_version = models.PositiveIntegerField()
    pending = models.JSONField(default=list)
    pending_days = models.PositiveIntegerField(default=0)
    whole_days = models.PositiveIntegerField(default=0)
    slice_days = models.PositiveIntegerField(default=31)
    earliest = models.DateField()
    uncounted_until = models.DateField(null=True)
    folded_until = models.DateTimeField()
    worked_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "metric", "definition"], name="series_once", nulls_distinct=False
            )
        ]

    @property
    def days(self) -> Days:
        """The pending days."""
        return Days.over(
            *((first and date.fromisoformat(first), last and date.fromisoformat(last)) for first, last in self.pending)
        )

    def wait_for(self, days: Days, today: date) -> None:
        """These are the pending days now."""
        self.pending = [[first and first.isoformat(), last and last.isoformat()] for first, last in days.islands]
        self.pending_days = days.number(self.earliest, today)


class Reading(TenantModel):
    """The sums of one series on one day for one segment value.

    Sums of `numerator` and `denominator` over days give the value of a period; `distribution` (value → count, whole
    days or minutes) gives exact medians and percentiles of a period. `segment` is '' for the whole. What `aside`,
    `stock` and `stock_days` hold: `scorecard.rules.totals.Totals`.
    """

    series = TenantKey(ReadingSeries, related_name="readings")
    day = models.DateField()
    segment = models.CharField(max_length=60, blank=True, default="", db_default="")
    segment_value = models.CharField(max_length=200, blank=True, default="", db_default="")
    numerator = models.DecimalField(max_digits=30, decimal_places=4, default=0)
    denominator = models.DecimalField(max_digits=30, decimal_places=4, default=0)
    aside = sums()
    stock = sums()
    stock_days = sums()
    amounts = models.IntegerField(default=0, db_default=0)
    unconverted = models.IntegerField(default=0, db_default=0)
    distribution = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    computed_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "series", "segment", "day", "segment_value"], name="reading_once"
            )
        ]


class DirtyDay(TenantModel):
    """A day whose readings must be rebuilt: something dated on it was added or corrected. A null day is all days.

    A log, not a set: rows are only added (by triggers, in the transaction of the change) and only taken away by the
    fold that rebuilds the day, so writers never wait for one another. `about`: all, cohort, seam or funnel, the kinds
    of metric that are touched; or new, which touches no day: another blueprint is in force.
    """

    day = models.DateField(null=True)
    about = models.CharField(max_length=6, default="all", db_default="all")
    marked_at = models.DateTimeField(default=timezone.now)


class FoldMark(TenantModel):
    """What a fold holds while it works on a slice of a workspace's days, so that two never do at once.

    `release` and `blueprint_version`: what the series were last compared with, each then given the days it lacks.
    `left_at`: former releases, each with the moment another took its place.
    """

    folded_until = models.DateTimeField()
    release = models.CharField(max_length=32, default="", db_default="")
    blueprint_version = models.PositiveIntegerField(default=0, db_default=0)
    left_at = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace"], name="fold_mark_once")]
