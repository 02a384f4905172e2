"""What money is worth, and what sources cost."""

from django.db import models
from django.utils import timezone

from core.people.models import Member
from core.tenancy.walls import TenantKey, TenantModel


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


class SourceCost(TenantModel):
    """What was spent on a source in a month. `month`: its first day."""

    source = models.CharField(max_length=120)
    month = models.DateField()
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    currency = models.CharField(max_length=3)
    written_by = TenantKey(Member, null=True, blank=True, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "source", "month"], name="source_cost_once"),
            models.CheckConstraint(
                condition=models.Q(amount__gte=0) & models.Q(month__day=1) & ~models.Q(source=""),
                name="source_cost_of_month",
            ),
        ]
