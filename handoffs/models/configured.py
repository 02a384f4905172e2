"""Published definitions of the handoffs that keys point at: calendars, seams, reason codes, pools."""

from django.db import models

from blueprint.models import ConfigurationModel
from core.people.models import Member
from core.tenancy.walls import TenantKey
from lifecycle.models import Stage


class Calendar(ConfigurationModel):
    """When a team works. `weekly` maps mon..sun to lists of `"09:00-12:00"` spans in `time_zone`."""

    key = models.CharField(max_length=60)
    label = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=60)
    weekly = models.JSONField(default=dict)

    class Meta(ConfigurationModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="calendar_key")]

    def __str__(self) -> str:
        return self.label


class Seam(ConfigurationModel):
    """Where one team hands to another. Minutes are working minutes of `calendar`.

    `acceptance_criteria`: list of `{label, expression}`. `packet`: list of `{key, label, required}`.
    `on_accept`: `{"advance": stage key}` within the record's pipeline, or `{"create": {kind, pipeline, stage}}` for the
    next record of the journey; both may be given. `trigger_stage`: entering it offers a handoff.
    """

    key = models.CharField(max_length=60)
    label = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField(default=0)
    from_function = models.CharField(max_length=20)
    to_function = models.CharField(max_length=20)
    trigger_stage = TenantKey(Stage, related_name="+")
    acceptance_criteria = models.JSONField(default=list)
    packet = models.JSONField(default=list)
    on_accept = models.JSONField(default=dict)
    answer_minutes = models.PositiveIntegerField()
    touch_minutes = models.PositiveIntegerField(null=True, blank=True)
    act_hours = models.PositiveIntegerField(default=48, help_text="wall-clock hours for accepted and acted on")
    calendar = TenantKey(Calendar, related_name="+")
    owner = TenantKey(Member, null=True, blank=True, related_name="+")

    class Meta(ConfigurationModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="seam_key")]
        ordering = ["position"]

    def __str__(self) -> str:
        return self.label


class ReasonCode(ConfigurationModel):
    """Why something was refused, lost or overridden. `disposition`: recycle, return, route, disqualify,
    lose, none; `route` sends it to somebody else at once."""

    key = models.CharField(max_length=60)
    label = models.CharField(max_length=120)
    purpose = models.CharField(max_length=10, help_text="reject, loss or override")
    disposition = models.CharField(max_length=12, default="none")
    needs_note = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(ConfigurationModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "purpose", "key"], name="reason_code_key")]
        ordering = ["position"]

    def __str__(self) -> str:
        return self.label


class Pool(ConfigurationModel):
    """Who takes turns: the active seats of the teams with `function` (and `team_key`, `region` where given)."""

    key = models.CharField(max_length=60)
    label = models.CharField(max_length=120)
    function = models.CharField(max_length=20)
    team_key = models.CharField(max_length=60, blank=True)
    region = models.CharField(max_length=80, blank=True)

    class Meta(ConfigurationModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="pool_key")]

    def __str__(self) -> str:
        return self.label
