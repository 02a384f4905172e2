"""What happened, append-only. Timeline, audit, webhooks and notifications all read this one table."""

from django.db import models

from core.people.models import Member
from core.tenancy.walls import TenantKey, TenantModel

# Events of a record are found by `record_id`.
NO_RECORD = ~models.Q(subject_kind="record")


class Event(TenantModel):
    """One thing that happened: `kind` in the past tense, its subject, who, when, and the facts the rule looked at.

    `record_id` is set where the event belongs on a record's timeline; it is no reference, so that any app may record.
    Who did it is kept by id: there are many events, each would look its member up, and members are never deleted.
    """

    kind = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=30)
    subject_id = models.UUIDField()
    record_id = models.UUIDField(null=True, blank=True)
    actor_id = models.UUIDField(null=True, blank=True)
    actor = models.ForeignObject(
        Member, models.DO_NOTHING, from_fields=["actor_id"], to_fields=["id"], null=True, related_name="+"
    )
    at = models.DateTimeField()
    facts = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    blueprint_version = models.PositiveIntegerField(default=0, db_default=0)
    request_id = models.CharField(max_length=64, blank=True, default="", db_default="")

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "record_id", "-at"], name="event_of_record"),
            models.Index(fields=["workspace", "subject_id", "-at"], condition=NO_RECORD, name="event_of_subject"),
            models.Index(fields=["workspace", "kind", "-at"], name="event_of_kind"),
        ]

    def __str__(self) -> str:
        return self.kind


class SecurityEvent(TenantModel):
    """One thing that matters to who guards the workspace: somebody signed in or failed to, a key was made or used, a
    role changed, something was refused. `member` is who did it or whose account it was; a sign-in is told in every
    workspace the person is an active member of, in each as its own row."""

    kind = models.CharField(max_length=60)
    member = TenantKey(Member, null=True, blank=True, related_name="+")
    about = TenantKey(Member, null=True, blank=True, related_name="+", help_text="Whose membership it changed")
    at = models.DateTimeField()
    address = models.CharField(max_length=45, blank=True, default="", db_default="")
    browser = models.CharField(max_length=200, blank=True, default="", db_default="")
    facts = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    request_id = models.CharField(max_length=64, blank=True, default="", db_default="")

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["workspace", "-at", "-id"], name="security_newest"),
            models.Index(fields=["workspace", "member", "-at", "-id"], name="security_of_member"),
            models.Index(fields=["workspace", "about", "-at", "-id"], name="security_about_member"),
            models.Index(fields=["workspace", "kind", "-at", "-id"], name="security_of_kind"),
        ]

    def __str__(self) -> str:
        return self.kind
