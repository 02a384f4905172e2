"""Turns: whose turn it is in a pool, and what counts as a turn beside those that were taken."""

from django.db import models

from core.people.models import Member
from core.tenancy.walls import HeldModel, TenantKey, TenantModel
from handoffs.models.configured import Pool
from handoffs.models.operation import Handoff


class Rotation(TenantModel):
    """A member's turn in a pool: virtual time of weighted fair queueing (whole numbers, see `rules/routing.py`), and
    how many records they were given by it.

    `last_turn` is the virtual time of the last turn they took; null is `virtual_time`, which gifts and turns given back
    have not moved then. `credit` is how far back turns given back may reach. `gifts` and `given_back` count what was
    settled of `TurnMove`."""

    pool = TenantKey(Pool, related_name="rotation")
    member = TenantKey(Member, related_name="+")
    virtual_time = models.FloatField(default=0, db_default=0.0)
    last_turn = models.FloatField(null=True)
    credit = models.FloatField(default=0, db_default=0.0)
    given = models.BigIntegerField(default=0, db_default=0)
    gifts = models.BigIntegerField(default=0, db_default=0)
    given_back = models.BigIntegerField(default=0, db_default=0)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "pool", "member"], name="rotation_once")]


class TurnMove(HeldModel):
    """One handoff that counts as a turn of a pool though nobody took it (1), or a turn that is given back (-1).

    It is written by whoever gives or answers, without the lock of the rotation, and settled by the next who routes in
    that pool."""

    class Why(models.TextChoices):
        OWNER = "owner", "given to the owner"
        NAMED = "named", "given to whom a rule names"
        HAND = "hand", "given by hand"
        TAKEN = "taken", "given to somebody else by hand"
        REJECTED = "rejected", "rejected for a reason that is not the receiver's"
        RECALLED = "recalled", "recalled by the sender"
        UNDONE = "undone", "what was done with it was undone"

    pool = TenantKey(Pool, related_name="+")
    member = TenantKey(Member, related_name="+")
    handoff = TenantKey(Handoff, related_name="turn_moves")
    assignment_id = models.UUIDField()  # no reference: nothing refers to an assignment
    turns = models.SmallIntegerField()
    why = models.CharField(max_length=10, choices=Why)
    at = models.DateTimeField()
    is_settled = models.BooleanField(default=False, db_default=False)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "assignment_id", "turns"], name="turn_moved_once"),
            models.CheckConstraint(condition=models.Q(turns__in=[1, -1]), name="turn_moved_by_one"),
        ]
        indexes = [
            models.Index(fields=["workspace", "pool"], condition=models.Q(is_settled=False), name="turn_move_waiting"),
            models.Index(fields=["workspace", "pool", "at"], name="turn_move_of_pool"),
            models.Index(fields=["workspace", "handoff"], name="turn_move_of_handoff"),
        ]
