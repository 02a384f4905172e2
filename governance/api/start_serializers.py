"""How the first steps of a workspace, and score rules from what was won, look to programs."""

from typing import Any

from rest_framework import serializers

from governance.rules.score_evidence import ValueTold


class SetupStepOut(serializers.Serializer):
    """One of the six steps. `missing` says in words what is not there yet."""

    key = serializers.ChoiceField(["align", "define", "enforce", "instrument", "govern", "improve"])
    label = serializers.CharField()  # type: ignore[assignment]
    meaning = serializers.CharField()
    is_done = serializers.BooleanField()
    missing = serializers.ListField(child=serializers.CharField())


class StepsOut(serializers.Serializer):
    """All six in their order, and how many are done."""

    done = serializers.IntegerField()
    steps = SetupStepOut(many=True)


class ValueToldOut(serializers.Serializer):
    """One value of a field: how many leads have it (a number: as much or more), how many of them were won, how many
    times as often as any lead, and the points proposed."""

    key = serializers.CharField()
    value = serializers.SerializerMethodField(method_name="get_told")
    leads = serializers.IntegerField()
    won = serializers.IntegerField()
    lift = serializers.FloatField()
    points = serializers.IntegerField()

    def get_told(self, told: ValueTold) -> Any:
        """Text, a number or a boolean."""
        return told.value


class ObstacleOut(serializers.Serializer):
    """An acceptance line of the seam behind the score that not one lead meets."""

    seam = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class ScoreProposalOut(serializers.Serializer):
    """What the newest leads tell, and the threshold that parts the won from the others best."""

    leads = serializers.IntegerField()
    won = serializers.IntegerField()
    threshold = serializers.IntegerField(allow_null=True)
    values = ValueToldOut(many=True)
    obstacles = ObstacleOut(many=True)


class ScoreProposalIn(serializers.Serializer):
    """The fields to score by: those that are known before a lead is won."""

    keys = serializers.ListField(child=serializers.CharField(max_length=63), max_length=200)
    leave_out = serializers.BooleanField(
        default=False, help_text="Whether acceptance lines that no lead meets are left out as well."
    )
