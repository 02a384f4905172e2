"""What happened to records: never purged."""

from typing import Any

from django.db import models

from core.people.models import Member
from core.tenancy.walls import HeldModel, TenantKey, TenantModel
from lifecycle.models.definitions import Pipeline, Stage
from lifecycle.models.records import Record, text


def money_column() -> models.DecimalField:
    return models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)


class StageStay(HeldModel):
    """One interval of one record in one stage. A record has exactly one stay with no `exited_at`.

    `cause`: intake, advance, auto, override, handoff, conversion, history (a dated stage in an imported file).

    Whose the record was, where it came from and what it was worth are written as they are when the stay begins, and
    never follow; only the amount of a won or lost stay follows while its period is open (docs/decisions/0134). `left_*`
    is whose it was when the stay ended. Owner, team and who moved it are no references, which would cost every row
    three look-ups: the record's own reference held at that moment, and members and teams are never deleted.
    `recorded_at` is when we heard of a stay that a file tells of; null where we saw it begin.
    """

    class FactsFrom(models.TextChoices):
        MOMENT = "", "Written when it began"
        FILE = "file", "Told by a file"
        EVENTS = "events", "Told by events"
        PRESENT = "present", "Taken from the record as it was later"
        UNFILLED = "unfilled", "Not filled in yet"

    record = TenantKey(Record, related_name="stays")
    pipeline = TenantKey(Pipeline, related_name="+")
    stage = TenantKey(Stage, related_name="+")
    from_stage = TenantKey(Stage, null=True, blank=True, related_name="+")
    entered_at = models.DateTimeField()
    exited_at = models.DateTimeField(null=True, blank=True)
    entered_by_id = models.UUIDField(null=True, blank=True)
    cause = models.CharField(max_length=12)
    reason_key = text(60)
    blueprint_version = models.PositiveIntegerField()
    owner_id = models.UUIDField(null=True, blank=True)
    team_id = models.UUIDField(null=True, blank=True)
    left_owner_id = models.UUIDField(null=True, blank=True)
    left_team_id = models.UUIDField(null=True, blank=True)
    amount = money_column()
    currency = text(3)
    source = text(120)
    facts_from = text(8, choices=FactsFrom)
    recorded_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "record"],
                include=["cause"],
                condition=models.Q(exited_at__isnull=True),
                name="one_open_stay",
            ),
            models.CheckConstraint(
                condition=models.Q(exited_at__isnull=True) | models.Q(exited_at__gte=models.F("entered_at")),
                name="stay_forwards",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "record", "entered_at"], name="stay_of_record"),
            # With the record beside them, the records that moved on some days are found without looking at a stay.
            models.Index(
                fields=["workspace", "stage", "entered_at"], include=["record", "exited_at"], name="stay_through_stage"
            ),
        ]


class StayChange(HeldModel):
    """What changed about a record while it stood in a stage: whose it is, what it is worth; before and after.

    Lets a figure say whose an open record was on any day, and what a closing was worth as it was known then. `reason`
    belongs to a restatement: an amount of a closing whose period is closed, which the database refuses without one.
    `stay_id` is no reference: a file that tells a record's history better replaces its stays.
    """

    record = TenantKey(Record, related_name="stay_changes")
    stay_id = models.UUIDField()
    at = models.DateTimeField()
    by = TenantKey(Member, null=True, blank=True, related_name="+")
    owner_before = models.UUIDField(null=True, blank=True)
    owner_after = models.UUIDField(null=True, blank=True)
    team_before = models.UUIDField(null=True, blank=True)
    team_after = models.UUIDField(null=True, blank=True)
    amount_before = money_column()
    amount_after = money_column()
    currency_before = text(3)
    currency_after = text(3)
    reason = text(500)

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["workspace", "record", "at"], name="stay_change_of_record"),
            models.Index(fields=["workspace", "at"], name="stay_change_newest"),
        ]


class ReplacedStay(HeldModel):
    """A stay that an imported history told otherwise: what the row said, kept when a trigger let it go."""

    record = TenantKey(Record, related_name="replaced_stays")
    stay = models.JSONField()
    replaced_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["workspace", "record"], name="replaced_stay_of_record"),
            models.Index(fields=["workspace", "replaced_at"], name="replaced_stay_newest"),
        ]


class ScoreChange(HeldModel):
    """A score before and after, with the points that made it."""

    record = TenantKey(Record, related_name="score_changes")
    at = models.DateTimeField()
    before = models.SmallIntegerField()
    after = models.SmallIntegerField()
    cause = models.CharField(max_length=20)
    reasons = models.JSONField(default=list)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["workspace", "record", "-at"], name="score_change_record")]


class Activity(HeldModel):
    """A touch. `is_qualifying`: it stopped a first-touch clock, or would have counted where none was waiting.

    `at` is when it took place; when we heard of it is its event's. `external_id` is what `system` calls it. `heard` is
    what was said of the clock when it was logged just now, `was_known` whether it had been told before: not kept.
    """

    heard: Any = None
    was_known = False

    record = TenantKey(Record, related_name="activities")
    member = TenantKey(Member, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=12)
    direction = models.CharField(max_length=8, default="outbound")
    outcome = text(60)
    note = models.TextField(blank=True, default="")
    at = models.DateTimeField()
    is_qualifying = models.BooleanField()
    system = text(60)
    external_id = text(200)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "system", "external_id"],
                condition=~models.Q(external_id=""),
                name="activity_of_system_once",
            )
        ]
        indexes = [
            models.Index(fields=["workspace", "record", "-at"], name="activity_of_record"),
            models.Index(fields=["workspace", "member", "-at"], name="activity_of_member"),
        ]


class Touchpoint(HeldModel):
    """Where marketing touched the record: what attribution is computed from."""

    record = TenantKey(Record, related_name="touchpoints")
    at = models.DateTimeField()
    channel = models.CharField(max_length=60)
    source = text(120)
    campaign = text(160)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["workspace", "record", "at"], name="touchpoint_of_record")]
