"""Shapes of what follows a published version: records that are asked anew, clocks that are retimed."""

from rest_framework import serializers

from handoffs.models import Retiming


class AskedAnewOut(serializers.Serializer):
    """How far the open records' scores and stages have followed a published version."""

    records = serializers.IntegerField(source="total_count")
    asked = serializers.IntegerField(source="asked_count")
    changed = serializers.IntegerField(source="changed_count")
    finished_at = serializers.DateTimeField(allow_null=True)


class RetimingOut(serializers.Serializer):
    """How far a worker is with the open clocks that follow a published version."""

    state = serializers.ChoiceField(Retiming.State.choices)
    error = serializers.CharField(allow_blank=True, help_text="Why it failed.")
    handoffs = serializers.IntegerField(source="total_count")
    done = serializers.IntegerField(source="done_count")
    set_aside = serializers.IntegerField(source="aside_count", help_text="Could not be retimed, and are tried again.")
    finished_at = serializers.DateTimeField(allow_null=True)
