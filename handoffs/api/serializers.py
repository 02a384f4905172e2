"""How handoffs look to programs."""

from datetime import UTC, datetime
from math import floor
from typing import Any

from rest_framework import serializers

from core.http.paging import PageOut
from handoffs.models import Handoff
from handoffs.queries.listed import ListedHandoff, Person


class Somebody(serializers.Serializer):
    """A member, by name and address."""

    name = serializers.CharField()
    email = serializers.CharField()


class OfRecord(serializers.Serializer):
    """The record, by number and name."""

    number = serializers.IntegerField()
    kind = serializers.CharField()
    name = serializers.CharField()


class WholeMinutes(serializers.IntegerField):
    """Minutes that are whole: half a minute late is one minute late."""

    def to_representation(self, value: float) -> int:
        return floor(value)


class HandoffOut(serializers.Serializer):
    """A handoff as it stands. `clock` is running, paused, met or breached; `clock_state` says only whether it goes on
    now, late or not. Moments are UTC."""

    number = serializers.IntegerField(source="handoff.number")
    seam = serializers.CharField(source="seam.key")
    state = serializers.ChoiceField(Handoff.State.choices, source="handoff.state")
    clock = serializers.ChoiceField(["running", "paused", "met", "breached"])
    clock_state = serializers.ChoiceField(["running", "paused", "stopped"], source="countdown.state")
    clock_turns_at = serializers.DateTimeField(
        source="countdown.next_turn_at", allow_null=True, help_text="When it next stands still or goes on."
    )
    working_minutes_left = WholeMinutes(
        source="countdown.minutes_left", help_text="Whole working minutes to the due time; negative if late."
    )
    record = OfRecord(source="handoff.record")
    assignee = Somebody(source="handoff.assignee", allow_null=True)
    queue = serializers.CharField(source="handoff.queue.key", allow_null=True)
    team = serializers.CharField(source="handoff.team.key", allow_null=True)
    offered_at = serializers.DateTimeField(source="handoff.offered_at")
    offered_by = Somebody(source="handoff.offered_by", allow_null=True)
    due_at = serializers.DateTimeField(source="handoff.due_at")
    touch_due_at = serializers.DateTimeField(source="handoff.touch_due_at", allow_null=True)
    paused_until = serializers.DateTimeField(
        source="handoff.paused_until", allow_null=True, help_text="Until then its clocks stand still, if that is ahead."
    )
    breached_at = serializers.DateTimeField(source="handoff.breached_at", allow_null=True)
    answered_at = serializers.DateTimeField(source="handoff.answered_at", allow_null=True)
    answered_by = Somebody(source="handoff.answered_by", allow_null=True)
    first_touched_at = serializers.DateTimeField(source="handoff.first_touched_at", allow_null=True)
    reason = serializers.CharField(source="handoff.reason.key", allow_null=True)
    note = serializers.CharField(source="handoff.note")
    packet = serializers.DictField(child=serializers.CharField(), source="handoff.packet")
    missing = serializers.ListField(
        child=serializers.CharField(), source="gaps", help_text="Labels of blank required packet items."
    )
    gaps = serializers.ListField(
        child=serializers.CharField(),
        source="handoff.gaps",
        help_text="Keys of items named when it was returned.",
    )
    result = serializers.IntegerField(
        source="handoff.result.number", allow_null=True, help_text="Number of the record that accepting made."
    )
    clock_run = serializers.IntegerField(source="handoff.clock_run")
    blueprint_version = serializers.IntegerField(source="handoff.blueprint_version")
    priority = serializers.IntegerField(
        source="handoff.priority", help_text="How often its ladder raised it; the highest come first in an inbox."
    )

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """What the fields say of a handoff that was read as values; asked one by one, they take five times as long."""
        handoff: ListedHandoff = instance.handoff
        countdown = instance.countdown
        return {
            "number": handoff.number,
            "seam": instance.seam.key,
            "state": handoff.state,
            "clock": instance.clock,
            "clock_state": countdown.state,
            "clock_turns_at": _moment(countdown.next_turn_at),
            "working_minutes_left": floor(countdown.minutes_left),
            "record": {name: getattr(handoff.record, name) for name in ("number", "kind", "name")},
            "assignee": _somebody(handoff.assignee),
            "queue": handoff.queue and handoff.queue.key,
            "team": handoff.team,
            "offered_at": _moment(handoff.offered_at),
            "offered_by": _somebody(handoff.offered_by),
            "due_at": _moment(handoff.due_at),
            "touch_due_at": _moment(handoff.touch_due_at),
            "paused_until": _moment(handoff.paused_until),
            "breached_at": _moment(handoff.breached_at),
            "answered_at": _moment(handoff.answered_at),
            "answered_by": _somebody(handoff.answered_by),
            "first_touched_at": _moment(handoff.first_touched_at),
            "reason": handoff.reason,
            "note": handoff.note,
            "packet": handoff.packet,
            "missing": list(instance.gaps),
            "gaps": handoff.gaps,
            "result": handoff.result,
            "clock_run": handoff.clock_run,
            "blueprint_version": handoff.blueprint_version,
            "priority": handoff.priority,
        }


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None


def _somebody(member: Person | None) -> dict[str, str] | None:
    return member._asdict() if member else None


class HandoffPageOut(PageOut):
    """One keyset page of handoffs."""

    results = HandoffOut(many=True)
