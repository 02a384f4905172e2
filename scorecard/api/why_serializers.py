"""The shapes of why a figure moved."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from rest_framework import serializers

from scorecard.api.figure_serializers import ComparisonOut, PeriodOut, decimal
from scorecard.queries.why_moved import LABELS


class ExactOut(serializers.DecimalField):
    """A fraction to six places."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=40, decimal_places=6, **kwargs)

    def to_representation(self, value: Fraction) -> Any:  # type: ignore[override] # of a fraction
        return super().to_representation(Decimal(value.numerator) / Decimal(value.denominator))


class CauseOut(serializers.Serializer):
    """One part of the change, in the unit of the metric."""

    key = serializers.ChoiceField(list(LABELS))
    label = serializers.CharField()
    effect = decimal()
    note = serializers.CharField(help_text="What it is here, or why there is none.")


class ContributionOut(serializers.Serializer):
    """What one value of the segment did to the change."""

    value = serializers.CharField()
    weight_before = ExactOut()
    weight_now = ExactOut()
    rate_before = ExactOut(allow_null=True)
    rate_now = ExactOut(allow_null=True)
    mix = ExactOut()
    behaviour = ExactOut()


class WhyMovedOut(serializers.Serializer):
    """A change and its five parts, which sum to it. No change is explained where one period has no value."""

    key = serializers.CharField(source="metric.key")
    period = PeriodOut()
    compared = ComparisonOut()
    by = serializers.CharField()
    now = decimal(allow_null=True)
    before = decimal(allow_null=True, help_text="by the definition that was in force then")
    change = decimal(allow_null=True)
    causes = CauseOut(many=True)
    parts = ContributionOut(many=True, help_text="of a share or a mean, by the values of `by`")
