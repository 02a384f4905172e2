"""How the way of a handoff looks to programs: every hand, every rung, and what was asked about routing."""

from typing import Any

from rest_framework import serializers

from blueprint.schema.vocabularies import WhenAway
from handoffs.api.packet_items import PacketItemOut
from handoffs.api.serializers import HandoffOut
from handoffs.models import Clock, Escalation, Pause, TurnMove


class AsKept(serializers.ListSerializer):
    """A list that was kept as JSON when it happened, and is given out as it was kept."""

    def to_representation(self, kept: Any) -> Any:
        return list(kept)


class RuleTried(serializers.Serializer):
    """One routing rule that was tried."""

    position = serializers.IntegerField()
    label = serializers.CharField()
    verdict = serializers.ChoiceField(["met", "unmet", "unknown"])
    why = serializers.CharField(allow_blank=True)

    class Meta:
        list_serializer_class = AsKept


class HandTurnOut(serializers.Serializer):
    """What holding it meant for whose turn it is in a pool: it counted as one (1), or the turn was given back (-1)."""

    turns = serializers.ChoiceField([1, -1])
    why = serializers.ChoiceField(TurnMove.Why.choices)
    pool = serializers.CharField()


class HandOut(serializers.Serializer):
    """One time somebody held it, and why them."""

    name = serializers.CharField()
    at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    cause = serializers.CharField()
    cause_words = serializers.CharField(help_text="Why it was given to them, in words.")
    note = serializers.CharField(allow_blank=True, help_text="What whoever gave it said, or who leaves when.")
    missed = serializers.BooleanField()
    rules = RuleTried(many=True)
    matched = serializers.IntegerField(allow_null=True)
    account = serializers.CharField(
        help_text="The company whose owner on the receiving side was looked at, and by what it was found."
    )
    pool = serializers.CharField()
    candidates = serializers.ListField(child=serializers.DictField())
    turn_moves = HandTurnOut(many=True)
    came_back = serializers.CharField(help_text="How often it was returned before, and how many are not asked for it.")
    strategy = serializers.CharField(help_text="Who of the pool is next, in words.")


class WorkStepOut(serializers.Serializer):
    """One window of working hours, or a day without any: the minutes it gave, and what was left."""

    on = serializers.DateField()
    starts_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)
    minutes = serializers.FloatField()
    left = serializers.FloatField()
    why = serializers.CharField()


class ToldRungOut(serializers.Serializer):
    """A step of a clock: so many minutes from the due time (less than none before it), and the windows between."""

    action = serializers.CharField()
    at = serializers.DateTimeField()
    minutes = serializers.FloatField()
    is_wall = serializers.BooleanField(help_text="Its minutes are those of the clock on the wall.")
    why = WorkStepOut(many=True)


class ClockOut(serializers.Serializer):
    """How long one of those who had it had for one thing, and whether it was kept. `run` counts the hands it went
    through; `why` leads from the start to the due time, window by window."""

    kind = serializers.CharField(
        source="clock.kind", help_text="answer, first_touch, or the key of another clock of the seam."
    )
    label = serializers.CharField(source="clock.label", help_text="What it is for, in words.")
    run = serializers.IntegerField(source="clock.run")
    name = serializers.CharField()
    started_at = serializers.DateTimeField(source="clock.started_at")
    due_at = serializers.DateTimeField(source="clock.due_at")
    working_minutes = serializers.FloatField(source="minutes", help_text="Minutes that count.")
    state = serializers.ChoiceField(Clock.State.choices, source="clock.state")
    stopped_at = serializers.DateTimeField(source="clock.stopped_at", allow_null=True)
    breached_at = serializers.DateTimeField(source="clock.breached_at", allow_null=True)
    restarts = serializers.IntegerField(source="clock.restarts", help_text="How often it was begun anew by hand.")
    sla_line = serializers.CharField(source="line_key", help_text="The SLA line that set them; blank for the seam.")
    sla = serializers.CharField(help_text="What set the minutes, in words.")
    counted_in = serializers.CharField(help_text="Which minutes count, in words.")
    rungs = ToldRungOut(many=True)
    time_zone = serializers.CharField(source="hours.time_zone")
    why = WorkStepOut(many=True)


class DelaysOut(serializers.Serializer):
    """Where the time until the first touch went, or until now, in minutes of the clock on the wall, which add up."""

    intake = serializers.FloatField(help_text="From when the source says it began until it came in.")
    offer = serializers.FloatField(help_text="Until it was scored, qualified, routed and offered.")
    queue = serializers.FloatField(help_text="Nobody had it.")
    closed = serializers.FloatField(help_text="With a person, outside of working hours.")
    paused = serializers.FloatField(help_text="With a person, standing still.")
    working = serializers.FloatField(help_text="With a person, in working time.")


class PauseOut(serializers.Serializer):
    """A stretch in which the clocks stood still; `over_at` is when it ended, or ends by itself."""

    kind = serializers.ChoiceField(Pause.Kind.choices)
    reason = serializers.CharField(source="reason.key", allow_null=True, default=None)
    why = serializers.CharField()
    note = serializers.CharField(allow_blank=True)
    gaps = serializers.ListField(child=serializers.CharField(), help_text="Keys of the items the sender was asked for.")
    by = serializers.CharField(source="by.name", allow_null=True, default=None)
    at = serializers.DateTimeField()
    until_at = serializers.DateTimeField()
    over_at = serializers.DateTimeField()


class RungOut(serializers.Serializer):
    """One step of the ladder; `taken_at` is null while it is ahead. `skipped`: it fell due and was passed over."""

    action = serializers.CharField()
    words = serializers.CharField(help_text="What it does and for whom, in words.")
    condition = serializers.CharField(allow_blank=True, help_text="What it asks when it falls due; blank is nothing.")
    skipped = serializers.ChoiceField(Escalation.Skipped.choices)
    is_next = serializers.BooleanField()
    at = serializers.DateTimeField()
    taken_at = serializers.DateTimeField(allow_null=True)
    to = serializers.CharField()
    task = serializers.IntegerField(source="task_number", allow_null=True)
    run = serializers.IntegerField()


class LeaveAheadOut(serializers.Serializer):
    """When whoever has it will be away, within two weeks, and what becomes of it by then."""

    name = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    becomes = serializers.ChoiceField(WhenAway.choices)
    words = serializers.CharField()


class PassageOut(HandoffOut):
    """A handoff with every hand it went through, every clock, and every step of its ladder."""

    hands = HandOut(many=True)
    clocks = ClockOut(many=True)
    pauses = PauseOut(many=True)
    leave_ahead = LeaveAheadOut(allow_null=True)
    time_to_touch = DelaysOut()
    ladder = RungOut(many=True)
    packet_items = PacketItemOut(many=True)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return serializers.Serializer.to_representation(self, instance)


class QuestionsOut(serializers.Serializer):
    """Routing questions: how many in the last 30 days, when the last one was, and how many whole days ago."""

    last_30_days = serializers.IntegerField(source="recent")
    last_at = serializers.DateTimeField(allow_null=True)
    days_since = serializers.IntegerField(allow_null=True)


class StageAgeOut(serializers.Serializer):
    """How long a record may stay in its stage, and every step of the stage's ladder."""

    stage = serializers.CharField()
    entered_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    ladder = RungOut(many=True)
