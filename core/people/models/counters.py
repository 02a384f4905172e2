"""Counters: the last number of each noun, sweeps that fail, and attempts against a limit."""

from django.db import models

from core.tenancy.walls import TenantModel


class Counter(TenantModel):
    """The last number given out in this workspace, by noun. People see numbers; ids stay ids."""

    noun = models.CharField(max_length=30)
    value = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "noun"], name="counter_noun")]


class SweepTrouble(TenantModel):
    """A sweep that fails in this workspace: since when, how often, and what it said last. Gone when it passes well."""

    sweep = models.CharField(max_length=60)
    since = models.DateTimeField()
    last_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)
    trouble = models.CharField(max_length=500)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "sweep"], name="sweep_trouble_once")]


class Limit(models.Model):
    """Attempts counted against a limit, in the shape Django's database cache wants; of no workspace."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.cache_key
