"""The product's tables as one would write them down first."""

from uuid import uuid4

from django.db import models
from django.utils import timezone


class Account(models.Model):
    id = models.UUIDField(primary_key=True)
    number = models.BigIntegerField()
    name = models.CharField(max_length=255)

    class Meta:
        managed, db_table = False, "lifecycle_account"


class Member(models.Model):
    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=120)
    email = models.CharField(max_length=254)

    class Meta:
        managed, db_table = False, "workspaces_member"


class Stage(models.Model):
    id = models.UUIDField(primary_key=True)
    key = models.CharField(max_length=60)
    pipeline_id = models.UUIDField()

    class Meta:
        managed, db_table = False, "lifecycle_stage"


class Record(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid4)
    workspace_id = models.UUIDField()
    number = models.BigIntegerField()
    kind = models.CharField(max_length=12)
    name = models.CharField(max_length=255)
    email = models.CharField(max_length=254, blank=True)
    domain = models.CharField(max_length=255, blank=True)
    source = models.CharField(max_length=120, blank=True)
    account = models.ForeignKey(Account, models.PROTECT, null=True)
    owner = models.ForeignKey(Member, models.PROTECT, null=True)
    stage = models.ForeignKey(Stage, models.PROTECT)
    pipeline_id = models.UUIDField()
    opened_at = models.DateTimeField(default=timezone.now)
    entered_stage_at = models.DateTimeField(default=timezone.now)
    score = models.SmallIntegerField(default=0)
    amount = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True)
    mrr = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    closes_on = models.DateField(null=True)
    renews_on = models.DateField(null=True)
    last_activity_at = models.DateTimeField(null=True)
    properties = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        managed, db_table = False, "lifecycle_record"


class Word(models.Model):
    pk = models.CompositePrimaryKey("token", "record_id")
    workspace_id = models.UUIDField()
    token = models.CharField(max_length=60)
    record_id = models.UUIDField()

    class Meta:
        managed, db_table = False, "lifecycle_searchtoken"


class Handoff(models.Model):
    id = models.UUIDField(primary_key=True)
    workspace_id = models.UUIDField()
    number = models.BigIntegerField()
    record = models.ForeignKey(Record, models.PROTECT)
    assignee = models.ForeignKey(Member, models.PROTECT, null=True)
    state = models.CharField(max_length=10)
    offered_at = models.DateTimeField()
    due_at = models.DateTimeField()
    breached_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    next_step_at = models.DateTimeField(null=True)
    packet = models.JSONField(default=dict)

    class Meta:
        managed, db_table = False, "handoffs_handoff"
