"""Records and the companies they belong to."""

from typing import Any

from django.db import models
from django.utils import timezone

from blueprint.schema.vocabularies import RecordKind
from core.people.models import Member, Team
from core.tenancy.walls import HeldModel, TenantKey, TenantManager, TenantModel
from lifecycle.models.definitions import Pipeline, Stage


def text(length: int, **options: Any) -> models.CharField:
    """A text column that is blank unless told, for Django and for SQL alike."""
    return models.CharField(max_length=length, blank=True, default="", db_default="", **options)


def facts() -> models.JSONField:
    """A JSON object, empty unless told."""
    return models.JSONField(blank=True, default=dict, db_default=models.Value({}, models.JSONField()))


class Account(TenantModel):
    """A company. `name_key` is the name lowered and stripped to letters and digits: what names are compared by.

    `owner` is of no side in particular, as files tell it; each side may have its own (`AccountOwner`). `parent`: the
    company it belongs to, whose owner is asked where it has none."""

    number = models.BigIntegerField()
    name = models.CharField(max_length=255)
    name_key = models.CharField(max_length=255)
    domain = text(255)
    owner = TenantKey(Member, null=True, blank=True, related_name="+")
    parent = TenantKey("self", null=True, blank=True, related_name="children")
    properties = facts()
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "number"], name="account_number"),
            models.UniqueConstraint(fields=["workspace", "name_key"], name="account_name_key"),
        ]
        indexes = [
            models.Index(fields=["workspace", "domain"], name="account_domain"),
            models.Index(
                fields=["workspace", "parent"], condition=models.Q(parent__isnull=False), name="account_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Record(HeldModel):
    """What moves: a lead, an opportunity or a customer. `origin` is the record it came from; the chain is the journey.

    `root_id` is the first record of the journey where that is another one; a trigger writes it (lifecycle, 0016).
    `email` is normalised (trimmed, lower case) so that plain equality finds it under row security.
    `opened_at` is when it entered its pipeline, `entered_stage_at` when it entered its present stage. `ask_again_at`
    is the next moment at which time alone can change what its gates or its score say.
    """

    number = models.BigIntegerField()
    kind = models.CharField(max_length=12, choices=RecordKind)
    name = models.CharField(max_length=255)
    email = text(254)
    domain = text(255)
    source = text(120)
    account = TenantKey(Account, null=True, blank=True, related_name="records")
    owner = TenantKey(Member, null=True, blank=True, related_name="+")
    team = TenantKey(Team, null=True, blank=True, related_name="+")
    pipeline = TenantKey(Pipeline, related_name="+")
    stage = TenantKey(Stage, related_name="records")
    opened_at = models.DateTimeField()
    entered_stage_at = models.DateTimeField()
    score = models.SmallIntegerField(default=0, db_default=0)
    amount = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    currency = text(3)
    mrr = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    closes_on = models.DateField(null=True, blank=True)
    renews_on = models.DateField(null=True, blank=True)
    last_activity_at = models.DateTimeField(null=True, blank=True)
    ask_again_at = models.DateTimeField(null=True, blank=True)
    origin = TenantKey("self", null=True, blank=True, related_name="followers")
    root_id = models.UUIDField(null=True, editable=False)
    properties = facts()
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "number"], name="record_number"),
            models.UniqueConstraint(
                fields=["workspace", "email"],
                condition=models.Q(kind="lead") & ~models.Q(email=""),
                name="one_lead_per_email",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "kind", "-created_at", "-id"], name="record_newest"),
            models.Index(  # limbo asks since when each stands there, of far more records than it shows
                fields=["workspace", "stage", "kind", "-created_at", "-id"],
                include=["entered_stage_at"],
                name="record_entered_in_stage",
            ),
            models.Index(
                fields=["workspace", "owner", "kind", "-created_at", "-id"],
                condition=models.Q(owner__isnull=False),
                name="record_newest_of_owner",
            ),
            models.Index(
                fields=["workspace", "kind", "-created_at", "-id"],
                condition=models.Q(owner__isnull=True),
                name="record_newest_of_nobody",
            ),
            models.Index(
                fields=["workspace", "source", "kind", "-created_at", "-id"],
                condition=~models.Q(source=""),
                name="record_newest_of_source",
            ),
            models.Index(fields=["workspace", "email"], condition=~models.Q(email=""), name="record_of_email"),
            models.Index(  # limbo asks since when each stands there
                fields=["workspace", "owner", "stage"], include=["id", "entered_stage_at"], name="record_held_in_stage"
            ),
            models.Index(
                fields=["workspace", "ask_again_at"],
                condition=models.Q(ask_again_at__isnull=False),
                name="record_ask_again",
            ),
            models.Index(fields=["workspace", "account"], name="record_of_account"),
            models.Index(
                fields=["workspace", "origin"], condition=models.Q(origin__isnull=False), name="record_origin"
            ),
            models.Index(
                fields=["workspace", "root_id"], condition=models.Q(root_id__isnull=False), name="record_of_journey"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ExternalId(HeldModel):
    """How another system names the record."""

    record = TenantKey(Record, related_name="external_ids")
    system = models.CharField(max_length=60)
    kind = models.CharField(max_length=12, choices=RecordKind)
    value = models.CharField(max_length=200)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "system", "kind", "value"], name="external_id_once")
        ]
        indexes = [models.Index(fields=["workspace", "record"], name="external_id_record")]


class SearchToken(models.Model):
    """One word a record can be found by. Plain btree ranges over these serve search under row security,
    where LIKE and trigrams cannot (they are not leakproof)."""

    pk = models.CompositePrimaryKey("workspace", "token", "record_id")
    workspace = models.ForeignKey(
        "workspaces.Workspace", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    token = models.CharField(max_length=60, db_collation="C")
    record_id = models.UUIDField()

    objects = TenantManager()

    class Meta:
        indexes = [models.Index(fields=["workspace", "record_id"], name="search_token_record")]
