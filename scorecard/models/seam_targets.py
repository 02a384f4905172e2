"""What is done about the seam that loses most: one target a quarter, and what was tried each week."""

from django.db import models

from core.people.models import Member
from core.tenancy.walls import TenantKey, TenantModel
from scorecard.rules.seam_losses import LONGEST_TRIED


class SeamTarget(TenantModel):
    """What a seam is to come to in a quarter, and who sees to it. `quarter`: its first day; `baseline_ratio`: what came
    across in the ninety days before it was set, kept as it was then; null where nothing was decided in them."""

    quarter = models.DateField()
    seam = models.CharField(max_length=60)
    target_ratio = models.DecimalField(max_digits=5, decimal_places=4)
    baseline_ratio = models.DecimalField(max_digits=5, decimal_places=4, null=True, blank=True)
    owner = TenantKey(Member, related_name="+")
    set_by = TenantKey(Member, related_name="+")
    set_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "quarter"], name="seam_target_of_quarter"),
            models.CheckConstraint(
                condition=models.Q(quarter__day=1, quarter__month__in=[1, 4, 7, 10]), name="seam_target_quarter_begins"
            ),
            models.CheckConstraint(
                condition=models.Q(target_ratio__gt=0, target_ratio__lte=1), name="seam_target_is_a_share"
            ),
        ]


class LeakEntry(TenantModel):
    """What somebody tried in a week for a target. `week`: its Monday; `seam`: the one it was then set for."""

    of = TenantKey(SeamTarget, related_name="log")
    seam = models.CharField(max_length=60)
    week = models.DateField()
    tried = models.CharField(max_length=LONGEST_TRIED)
    by = TenantKey(Member, related_name="+")
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "of", "seam", "week", "by"], name="leak_entry_once_a_week"),
        ]
