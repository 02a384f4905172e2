"""How tasks look to programs, and the body that closes one."""

from rest_framework import serializers

from core.http.paging import PageOut
from handoffs.api.passage_serializers import WorkStepOut
from handoffs.api.serializers import Somebody
from handoffs.rules.task_days import REPEATS


class TaskOut(serializers.Serializer):
    """What one person must do by a time."""

    number = serializers.IntegerField()
    kind = serializers.CharField()
    title = serializers.CharField()
    assignee = Somebody(allow_null=True)
    handoff = serializers.IntegerField(source="handoff.number", allow_null=True)
    record = serializers.IntegerField(source="record.number", allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    done_at = serializers.DateTimeField(allow_null=True)
    done_by = Somebody(allow_null=True)
    outcome = serializers.CharField()
    repeats = serializers.CharField()
    made_by = Somebody(allow_null=True, help_text="Null for what a ladder, a return or a playbook made.")
    about = serializers.IntegerField(
        source="about.number", allow_null=True, help_text="The late task that this one is about."
    )


class WhyTaskOut(serializers.Serializer):
    """Why a task that a step of a ladder made is due when it is: `why` leads from the step to then, by windows."""

    started_at = serializers.DateTimeField(source="task.created_at", help_text="When the step fell due.")
    working_minutes = serializers.FloatField(source="minutes", help_text="Minutes that count.")
    counted_in = serializers.CharField(help_text="Which minutes count, in words.")
    time_zone = serializers.CharField(source="hours.time_zone")
    why = WorkStepOut(many=True)


class OneTaskOut(TaskOut):
    """A task with why it is due then; null for what somebody made, or what is about no step."""

    why_due = WhyTaskOut(source="told", allow_null=True, default=None)


class TaskPageOut(PageOut):
    """One page of tasks."""

    results = TaskOut(many=True)


class TaskIn(serializers.Serializer):
    """A task to make; `assignee` is an address, the caller's own unless told."""

    title = serializers.CharField(max_length=300)
    due_at = serializers.DateTimeField(required=False, allow_null=True)
    assignee = serializers.EmailField(required=False)
    repeats = serializers.ChoiceField([key for key in REPEATS if key], required=False, allow_blank=True)
    record = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**63 - 1)


class TaskPatch(TaskIn):
    """The parts of a task to change."""

    title = serializers.CharField(max_length=300, required=False)


class SnoozeIn(serializers.Serializer):
    """By how many days."""

    days = serializers.IntegerField(min_value=1, max_value=366)


class OutcomeIn(serializers.Serializer):
    """What came of a task."""

    outcome = serializers.CharField(max_length=300, allow_blank=True)
