"""How tasks look to programs, and the body that closes one."""

from rest_framework import serializers

from handoffs.api.serializers import Somebody


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


class OutcomeIn(serializers.Serializer):
    """What came of a task."""

    outcome = serializers.CharField(max_length=300, allow_blank=True)
