"""Whose a company is, side by side: marketing's, sales', customer success'."""

from django.db import models

from core.people.models import Member
from core.tenancy.walls import HeldModel, TenantKey, TenantModel
from lifecycle.models.records import Account


class AccountOwner(HeldModel):
    """Somebody who takes care of a company for one side of the house, from when until when. A row is written open and
    ends once; a change ends it and begins the next. `is_named`: a named account, whose owner comes before every rule
    of territories and turns. `why`: in the words of who gave it."""

    class Cause(models.TextChoices):
        HAND = "hand", "By hand"
        RULE = "rule", "By a routing rule"
        ACCEPTED = "accepted", "By accepting a handoff"
        HANDED_OVER = "handed_over", "Handed over by a colleague"
        KNOWN = "known", "Known before sides had owners of their own"

    account = TenantKey(Account, related_name="owners")
    function = models.CharField(max_length=20)
    member = TenantKey(Member, related_name="+")
    is_named = models.BooleanField(default=False, db_default=False)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    cause = models.CharField(max_length=12, choices=Cause)
    why = models.CharField(max_length=500, blank=True, default="", db_default="")
    given_by = TenantKey(Member, null=True, blank=True, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "account", "function"],
                condition=models.Q(until__isnull=True),
                name="account_owner_once",
            ),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")),
                name="account_owner_forwards",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "account", "since"], name="account_owner_since"),
            models.Index(
                fields=["workspace", "member"], condition=models.Q(until__isnull=True), name="account_owner_member"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.function}: {self.member.name}"
