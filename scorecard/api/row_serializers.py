"""How the rows behind a number look to programs."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from scorecard.api.figure_serializers import StandpointOut
from scorecard.api.serializers import PeriodOut, decimal
from scorecard.queries.rows_behind import Behind, RowBehind


class RowOut(serializers.Serializer):
    """One record that counts, on the day it counts. `record` and `handoff` are their numbers."""

    day = serializers.DateField()
    record = serializers.IntegerField(source="number", allow_null=True, help_text="Null for what is about no record.")
    name = serializers.CharField()
    kind = serializers.CharField()
    stage = serializers.CharField()
    owner = serializers.CharField()
    amount = decimal(allow_null=True)
    currency = serializers.CharField()
    handoff = serializers.IntegerField(allow_null=True)
    numerator = decimal()
    denominator = decimal()
    aside = decimal()
    unconverted = serializers.IntegerField()
    converted = serializers.SerializerMethodField(
        help_text="Its money in the reporting currency; null where it has none, no rate, or the metric adds no money."
    )
    measure = serializers.IntegerField(allow_null=True)
    usual_days = serializers.SerializerMethodField(
        help_text="Of what is open and longer in its stage than usual: how many days nine of ten stayed before it."
    )
    cause = serializers.CharField()
    version = serializers.IntegerField(
        allow_null=True, help_text="The version of the blueprint by which it came to where it stood that day."
    )
    is_testimony = serializers.BooleanField(help_text="Some of its stages are told by a file, not seen here.")

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_usual_days(self, row: RowBehind) -> int | None:
        """Whole days; null where it is as usual, or nothing is known of others."""
        found = self.context["behind"].usual.get(row.record_id)
        return found.length.days if found else None

    @extend_schema_field(decimal(allow_null=True))
    def get_converted(self, row: RowBehind) -> str | None:
        """As the page and the file have it."""
        found: Decimal | None = self.context["behind"].converted(row)
        return None if found is None else f"{found:.6f}"


class BehindOut(serializers.Serializer):
    """A page of the rows behind a number, and what all of them come to."""

    period = PeriodOut()
    standpoint = StandpointOut()
    part = serializers.CharField()
    total = serializers.IntegerField()
    numerator = decimal()
    denominator = decimal()
    page = serializers.IntegerField()
    pages = serializers.IntegerField()
    rows = RowOut(many=True)

    def to_representation(self, behind: Behind) -> Any:
        """Rows know what stands behind which metric."""
        self.context["behind"] = behind  # type: ignore[index] # a dict, made for this answer
        return super().to_representation(behind)
