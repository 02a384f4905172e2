"""Who else speaks: keys for programs, and the answers they were given."""

from django.db import models
from django.utils import timezone

from core.people.models import Member
from core.tenancy.walls import TenantKey, TenantModel


class ApiKey(TenantModel):
    """A program's way in: shown once, kept as a hash, scoped, expiring. It acts as its `member`; what it writes is the
    word of its `system`, which no call can change."""

    member = TenantKey(Member, related_name="api_keys")
    name = models.CharField(max_length=120)
    prefix = models.CharField(max_length=12)
    secret_hash = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    system = models.CharField(max_length=60, default="", db_default="")
    per_minute = models.PositiveIntegerField(default=600)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = TenantKey(Member, null=True, blank=True, related_name="+")
    made_by = TenantKey(Member, null=True, blank=True, related_name="+", help_text="The person behind `created_by`")
    made_through = TenantKey("self", null=True, blank=True, related_name="+", help_text="The key it was made with")
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "prefix"], name="api_key_prefix")]


class IdempotencyKey(TenantModel):
    """The answer once given under a caller's key: key, body hash, work and answer are one transaction."""

    member = TenantKey(Member, related_name="+")
    key = models.CharField(max_length=200)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    answer = models.JSONField(null=True, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "member", "key"], name="idempotency_once")]
        indexes = [models.Index(fields=["workspace", "at"], name="idempotency_age")]


class SlackConnection(TenantModel):
    """The workspace's app in Slack: its bot's token and the secret that signs what Slack sends, both encrypted."""

    token = models.TextField()
    signing_secret = models.TextField()
    connected_by = TenantKey(Member, related_name="+")
    connected_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace"], name="slack_once")]


class SlackPerson(TenantModel):
    """Who a member is in Slack, found there by their address; blank where Slack knows nobody of it."""

    member = TenantKey(Member, related_name="+")
    slack_id = models.CharField(max_length=40, blank=True)
    looked_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "member"], name="slack_member"),
            models.UniqueConstraint(
                fields=["workspace", "slack_id"], condition=~models.Q(slack_id=""), name="slack_person"
            ),
        ]
