"""The shapes of the funnel: steps, the seams between the teams, and one seam in full."""

from rest_framework import serializers

from scorecard.api.serializers import CountingOut, PeriodOut, decimal


class StepOut(serializers.Serializer):
    """A step of the journey."""

    key = serializers.CharField()
    label = serializers.CharField()
    count = serializers.IntegerField()
    rate = decimal(allow_null=True)


class LineOut(serializers.Serializer):
    """A seam in the period. `owner` is blank where it has none, which is an error."""

    key = serializers.CharField(source="seam.key")
    label = serializers.CharField(source="seam.label")
    owner = serializers.CharField()
    offered = serializers.IntegerField()
    accepted = serializers.IntegerField()
    rejected = serializers.IntegerField()
    late = serializers.IntegerField()
    conversion = decimal(allow_null=True)
    median_minutes = decimal(allow_null=True)
    open = serializers.IntegerField(source="open_count")
    open_breaches = serializers.IntegerField()
    loss = serializers.IntegerField()
    is_leakiest = serializers.BooleanField()


class BandOut(serializers.Serializer):
    """One team's part of the journey, and the seam after it."""

    function = serializers.CharField()
    label = serializers.CharField()
    steps = StepOut(many=True)
    seam = LineOut(source="line", allow_null=True)


class FunnelOut(serializers.Serializer):
    """First touch to renewal."""

    period = PeriodOut()
    bands = BandOut(many=True)
    counting = CountingOut(allow_null=True, help_text="Of the steps; null where they are of this moment.")


class ReasonOut(serializers.Serializer):
    """Why handoffs were rejected."""

    label = serializers.CharField()
    count = serializers.IntegerField()
    has_code = serializers.BooleanField()


class LateOut(serializers.Serializer):
    """An open handoff past its due time."""

    handoff = serializers.IntegerField(source="number")
    record = serializers.IntegerField(source="record_number")
    record_name = serializers.CharField()
    assignee = serializers.CharField()
    due_at = serializers.DateTimeField()


class SeamOut(serializers.Serializer):
    """One seam in full."""

    period = PeriodOut()
    seam = LineOut()
    reasons = ReasonOut(many=True)
    breaches = LateOut(many=True)
    metrics = serializers.ListField(child=serializers.CharField())
