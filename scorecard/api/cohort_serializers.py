"""The shapes of cohorts, and of two segments at once."""

from rest_framework import serializers

from scorecard.api.figure_serializers import FigureOut, PeriodOut, decimal


class CohortOut(serializers.Serializer):
    """Who entered in these days."""

    period = PeriodOut()
    entered = serializers.IntegerField()
    converted = serializers.IntegerField()
    shares = serializers.ListField(
        child=decimal(allow_null=True),
        help_text="Converted within each of `ages`; null where not all have reached that age.",
    )


class CurvePointOut(serializers.Serializer):
    """Of those that have reached the age, how many had converted within it."""

    age = serializers.IntegerField()
    entered = serializers.IntegerField()
    share = decimal(allow_null=True)


class CohortsOut(serializers.Serializer):
    """Age by cohort, and the cumulative curve. Ages are in days."""

    step = serializers.CharField()
    ages = serializers.ListField(child=serializers.IntegerField())
    rows = CohortOut(many=True)
    curve = CurvePointOut(many=True)


class CrossRowOut(serializers.Serializer):
    """One value of the first segment."""

    value = serializers.CharField()
    figures = serializers.ListField(
        child=FigureOut(allow_null=True), help_text="One for each of `columns`; null where nothing counts."
    )


class CrossedOut(serializers.Serializer):
    """Two segments at once: `columns` are the values of the second."""

    by = serializers.CharField()
    then = serializers.CharField()
    columns = serializers.ListField(child=serializers.CharField())
    rows = CrossRowOut(many=True)
