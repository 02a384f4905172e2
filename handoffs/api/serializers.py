"""The shapes of the handoffs' API: for the schema, and for the bodies that are checked by them."""

from math import floor
from typing import Any

from rest_framework import serializers

from core.people.models import Member
from handoffs.models import Handoff, Task
from handoffs.queries.inbox import Card
from handoffs.queries.path import Passage


class Somebody(serializers.Serializer):
    """A member, by name and address."""

    name = serializers.CharField()
    email = serializers.CharField()


class OfRecord(serializers.Serializer):
    """The record, by number and name."""

    number = serializers.IntegerField()
    kind = serializers.CharField()
    name = serializers.CharField()


class HandoffOut(serializers.Serializer):
    """A handoff as it stands. `clock` is running, paused, met or breached; `clock_state` says only whether it goes on
    now, late or not. Moments are UTC."""

    number = serializers.IntegerField()
    seam = serializers.CharField()
    state = serializers.ChoiceField(Handoff.State.choices)
    clock = serializers.ChoiceField(["running", "paused", "met", "breached"])
    clock_state = serializers.ChoiceField(["running", "paused", "stopped"])
    clock_turns_at = serializers.DateTimeField(allow_null=True, help_text="When it next stands still or goes on.")
    working_minutes_left = serializers.IntegerField(
        help_text="Whole working minutes to the due time; negative if late."
    )
    record = OfRecord()
    assignee = Somebody(allow_null=True)
    queue = serializers.CharField(allow_null=True)
    team = serializers.CharField(allow_null=True)
    offered_at = serializers.DateTimeField()
    offered_by = Somebody(allow_null=True)
    due_at = serializers.DateTimeField()
    touch_due_at = serializers.DateTimeField(allow_null=True)
    breached_at = serializers.DateTimeField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    answered_by = Somebody(allow_null=True)
    first_touched_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(allow_null=True)
    note = serializers.CharField()
    packet = serializers.DictField(child=serializers.CharField())
    missing = serializers.ListField(child=serializers.CharField(), help_text="Labels of blank required packet items.")
    gaps = serializers.ListField(child=serializers.CharField(), help_text="Keys of items named when it was returned.")
    result = serializers.IntegerField(allow_null=True, help_text="Number of the record that accepting made.")
    clock_run = serializers.IntegerField()
    blueprint_version = serializers.IntegerField()


class HandoffPageOut(serializers.Serializer):
    """One keyset page of handoffs."""

    next = serializers.CharField(allow_null=True, help_text="URL of the next page.")
    results = HandoffOut(many=True)


class RuleTried(serializers.Serializer):
    """One routing rule that was tried."""

    position = serializers.IntegerField()
    label = serializers.CharField()
    verdict = serializers.ChoiceField(["met", "unmet", "unknown"])
    why = serializers.CharField(allow_blank=True)


class HandOut(serializers.Serializer):
    """One time somebody held it, and why them."""

    name = serializers.CharField()
    at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    cause = serializers.CharField()
    missed = serializers.BooleanField()
    rules = RuleTried(many=True)
    matched = serializers.IntegerField(allow_null=True)
    pool = serializers.CharField()
    candidates = serializers.ListField(child=serializers.DictField())


class RungOut(serializers.Serializer):
    """One step of the ladder; `taken_at` is null while it is ahead."""

    action = serializers.CharField()
    at = serializers.DateTimeField()
    taken_at = serializers.DateTimeField(allow_null=True)
    to = serializers.CharField()
    task = serializers.IntegerField(allow_null=True)
    run = serializers.IntegerField()


class PassageOut(HandoffOut):
    """A handoff with every hand it went through and every step of its ladder."""

    hands = HandOut(many=True)
    ladder = RungOut(many=True)


class QuestionsOut(serializers.Serializer):
    """Routing questions: how many in the last 30 days, when the last one was, and how many whole days ago."""

    last_30_days = serializers.IntegerField(source="recent")
    last_at = serializers.DateTimeField(allow_null=True)
    days_since = serializers.IntegerField(allow_null=True)


class TaskOut(serializers.Serializer):
    """What one person must do by a time."""

    number = serializers.IntegerField()
    kind = serializers.CharField()
    title = serializers.CharField()
    assignee = Somebody(allow_null=True)
    handoff = serializers.IntegerField(allow_null=True)
    record = serializers.IntegerField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    done_at = serializers.DateTimeField(allow_null=True)
    done_by = Somebody(allow_null=True)
    outcome = serializers.CharField()


class OfferIn(serializers.Serializer):
    """A record to offer across a seam."""

    record = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    seam = serializers.CharField(max_length=60)
    packet = serializers.DictField(child=serializers.CharField(allow_blank=True), required=False, default=dict)


class RejectIn(serializers.Serializer):
    """Why not."""

    reason = serializers.CharField(max_length=60, allow_blank=True)
    note = serializers.CharField(max_length=5_000, required=False, allow_blank=True, default="")
    gaps = serializers.ListField(
        child=serializers.CharField(max_length=60), max_length=50, required=False, default=list
    )


class RecallIn(serializers.Serializer):
    """Why it is taken back."""

    note = serializers.CharField(max_length=5_000, required=False, allow_blank=True, default="")


class AssignIn(serializers.Serializer):
    """Who should have it, by address."""

    to = serializers.EmailField()
    note = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class OutcomeIn(serializers.Serializer):
    """What came of a task."""

    outcome = serializers.CharField(max_length=300, allow_blank=True)


def somebody(member: Member | None) -> dict[str, str] | None:
    """A member as answers name them."""
    return {"name": member.name, "email": member.email} if member else None


def handoff_out(card: Card) -> dict[str, Any]:
    """A handoff as answers tell it. No query when what it points at came with it."""
    handoff = card.handoff
    return {
        "number": handoff.number,
        "seam": card.seam.key,
        "state": handoff.state,
        "clock": card.clock,
        "clock_state": card.countdown.state,
        "clock_turns_at": next(iter(card.countdown.turns), None),
        "working_minutes_left": floor(card.countdown.minutes_left),
        "record": {"number": handoff.record.number, "kind": handoff.record.kind, "name": handoff.record.name},
        "assignee": somebody(handoff.assignee),
        "queue": handoff.queue.key if handoff.queue else None,
        "team": handoff.team.key if handoff.team else None,
        "offered_at": handoff.offered_at,
        "offered_by": somebody(handoff.offered_by),
        "due_at": handoff.due_at,
        "touch_due_at": handoff.touch_due_at,
        "breached_at": handoff.breached_at,
        "answered_at": handoff.answered_at,
        "answered_by": somebody(handoff.answered_by),
        "first_touched_at": handoff.first_touched_at,
        "reason": handoff.reason.key if handoff.reason else None,
        "note": handoff.note,
        "packet": handoff.packet,
        "missing": list(card.gaps),
        "gaps": handoff.gaps,
        "result": handoff.result.number if handoff.result else None,
        "clock_run": handoff.clock_run,
        "blueprint_version": handoff.blueprint_version,
    }


def passage_out(card: Card, passage: Passage) -> dict[str, Any]:
    """A handoff with its hands and its ladder."""
    hands = [
        {
            "name": hand.name,
            "at": hand.at,
            "ended_at": hand.ended_at,
            "cause": hand.cause,
            "missed": hand.missed,
            "rules": hand.rules,
            "matched": hand.matched,
            "pool": hand.pool,
            "candidates": hand.candidates,
        }
        for hand in passage.hands
    ]
    ladder = [
        {"action": r.action, "at": r.at, "taken_at": r.taken_at, "to": r.to, "task": r.task_number, "run": r.run}
        for r in passage.ladder
    ]
    return handoff_out(card) | {"hands": hands, "ladder": ladder}


def task_out(task: Task) -> dict[str, Any]:
    """A task as answers tell it."""
    return {
        "number": task.number,
        "kind": task.kind,
        "title": task.title,
        "assignee": somebody(task.assignee),
        "handoff": task.handoff.number if task.handoff else None,
        "record": task.record.number if task.record else None,
        "due_at": task.due_at,
        "created_at": task.created_at,
        "done_at": task.done_at,
        "done_by": somebody(task.done_by),
        "outcome": task.outcome,
    }
