"""Turns: whose turn it is in a pool."""

from django.db import models

from core.people.models import Member
from core.tenancy.walls import TenantKey, TenantModel
from handoffs.models.configured import Pool


class Rotation(TenantModel):
    """A member's turn in a pool: virtual time of weighted fair queueing (whole numbers, see `rules/routing.py`), and
    how many records they were given by it."""

    pool = TenantKey(Pool, related_name="rotation")
    member = TenantKey(Member, related_name="+")
    virtual_time = models.FloatField(default=0, db_default=0.0)
    given = models.BigIntegerField(default=0, db_default=0)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "pool", "member"], name="rotation_once")]
