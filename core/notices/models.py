"""A notice tells one person of one thing, or of several of a kind that one statement decided; how they wish to be told;
and the mails that tell them."""

from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.db import models

from core.notices.rules import Quiet
from core.people.models import Member
from core.tenancy.walls import HeldModel, TenantKey, TenantModel

# By what a notice is about: the page of the one, and the page of several.
PAGES = {
    "task": ("handoffs:tasks", "handoffs:tasks"),
    "handoff": ("handoffs:handoff", "handoffs:inbox"),
    "record": ("lifecycle:record", "lifecycle:records"),
    "change": ("governance:change", "governance:changes"),
    "version": ("governance:version", "governance:versions"),
}


class NoticeKind(models.TextChoices):
    """Why somebody is told."""

    OFFERED = "offered", "Offered to you"
    PASSED_ON = "passed_on", "Passed on to you"
    RETURNED = "returned", "Sent back to you"
    DUE_SOON = "due_soon", "Due soon"
    BREACHED = "breached", "Past due"
    TASK = "task", "A task for you"
    RAISED = "raised", "Raised to you"
    TO_APPROVE = "to_approve", "Your approval is asked"
    REVIEW_DUE = "review_due", "A review is due"
    TO_READ = "to_read", "A change to read"
    MENTIONED = "mentioned", "You were mentioned"


class Notice(HeldModel):
    """Written in the transaction that decided what it tells. `about` and `number` name the page it leads to; without a
    number it tells of several. `sorted_at`: when it was decided how else the person is told. The row is for eyes only:
    what must be done is a handoff, a task or a change request."""

    member = TenantKey(Member, related_name="+")
    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=300)
    about = models.CharField(max_length=20)
    number = models.BigIntegerField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)
    sorted_at = models.DateTimeField(null=True, blank=True)

    class Meta(HeldModel.Meta):
        indexes = [
            models.Index(fields=["workspace", "member", "-at", "-id"], name="notice_of_member"),
            models.Index(
                fields=["workspace", "member", "-at", "-id"],
                condition=models.Q(seen_at__isnull=True),
                name="notice_unseen",
            ),
            models.Index(
                fields=["workspace", "about", "number"],
                condition=models.Q(seen_at__isnull=True),
                name="notice_unseen_about",
            ),
            models.Index(
                fields=["workspace", "at"], condition=models.Q(sorted_at__isnull=True), name="notice_unsorted"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def label(self) -> str:
        """Why the person is told."""
        return NoticeKind(self.kind).label

    @property
    def page(self) -> tuple[str, list[int]]:
        """Where it leads: the name of an address and what it needs beside the workspace."""
        one, several = PAGES[self.about]
        return (several, []) if self.number is None or one == several else (one, [self.number])


class NoticeWishes(TenantModel):
    """How a person wishes to be told; whoever has none is told of everything, by mail as well. Kinds are named that are
    not wished, so that a new kind is not missed."""

    member = TenantKey(Member, related_name="+")
    not_at_bell = ArrayField(models.CharField(max_length=20), default=list)
    not_by_mail = ArrayField(models.CharField(max_length=20), default=list)
    not_by_slack = ArrayField(models.CharField(max_length=20), default=list, db_default=[])
    is_gathered = models.BooleanField(default=True, help_text="At most one mail an hour")
    quiet_since = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    quiet_days = ArrayField(models.PositiveSmallIntegerField(), default=list)
    time_zone = models.CharField(max_length=60, blank=True, default="", help_text="That of the workspace where blank")

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "member"], name="wishes_once")]

    @property
    def at_bell(self) -> list[str]:
        """The kinds that are wished at the bell."""
        return [kind for kind in NoticeKind.values if kind not in self.not_at_bell]

    @property
    def by_mail(self) -> list[str]:
        """The kinds that are wished by mail."""
        return [kind for kind in NoticeKind.values if kind not in self.not_by_mail]

    @property
    def by_slack(self) -> list[str]:
        """The kinds that are wished by Slack, where it is connected."""
        return [kind for kind in NoticeKind.values if kind not in self.not_by_slack]

    def wished_by(self, channel: str) -> list[str]:
        """The kinds that are wished by this channel."""
        return self.by_mail if channel == "mail" else self.by_slack

    def quiet_in(self, zone: str) -> Quiet:
        """The person's quiet hours by their own clock, else that of this zone."""
        return Quiet(ZoneInfo(self.time_zone or zone), self.quiet_since, self.quiet_until, frozenset(self.quiet_days))


class NoticeDelivery(HeldModel):
    """One mail or message with notices of one person, and what became of it. `due_at`: when it shall be sent; until
    then more is gathered in a mail. `next_try_at` is null once it is sent, given up, or no longer needed."""

    member = TenantKey(Member, related_name="+")
    channel = models.CharField(max_length=10, default="mail", db_default="mail")
    notice_ids = ArrayField(models.UUIDField())
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0, db_default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=300, blank=True, default="", db_default="")

    class Meta(HeldModel.Meta):
        indexes = [
            models.Index(fields=["workspace", "-made_at", "-id"], name="delivery_newest"),
            models.Index(fields=["workspace", "member", "-due_at"], name="delivery_of_member"),
            models.Index(
                fields=["workspace", "next_try_at"],
                condition=models.Q(next_try_at__isnull=False),
                name="delivery_waiting",
            ),
        ]

    @property
    def notices(self) -> int:
        """How many it tells of."""
        return len(self.notice_ids)

    @property
    def state(self) -> str:
        """sent, waiting, given_up, or not_needed: everything in it was seen before."""
        if self.sent_at:
            return "sent"
        if self.next_try_at:
            return "waiting"
        return "given_up" if self.trouble else "not_needed"
