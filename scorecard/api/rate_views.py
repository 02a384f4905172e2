"""The API's door of exchange rates: read, written and taken away by whoever, or whichever key, may."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from core.http.api import Envelope
from core.http.paging import Cursor
from core.http.params import word
from core.http.requests import ApiRequest
from core.http.viewsets import ApiViewSet
from scorecard.actions.rates import remove_rate, write_rates
from scorecard.models import ExchangeRate
from scorecard.queries.rate_list import rates_to, reporting_currency
from scorecard.rules.lines_of_text import MOST_LINES


class RateOut(serializers.ModelSerializer):
    """What one unit of `currency` is worth in `to_currency` from the day on, until the currency's next rate."""

    written_by = serializers.CharField(source="written_by.name", allow_null=True)

    class Meta:
        model = ExchangeRate
        fields = ["id", "currency", "to_currency", "day", "rate", "source", "written_by", "written_at"]


class RateIn(serializers.Serializer):
    """One rate to the reporting currency."""

    currency = serializers.CharField(min_length=3, max_length=3, help_text="A code of ISO 4217.")
    day = serializers.DateField(help_text="The first day on which it counts.")
    rate = serializers.DecimalField(max_digits=24, decimal_places=14, help_text="Kept to ten decimals.")


class RatesIn(serializers.Serializer):
    """Rates of one source; one of the same currency and day replaces what stands there."""

    rates = serializers.ListField(child=RateIn(), min_length=1, max_length=MOST_LINES)
    source = serializers.CharField(  # type: ignore[assignment] # a field of the shape, not of the serializer
        max_length=60, required=False, allow_blank=True, help_text="Where they are from."
    )


class WrittenOut(serializers.Serializer):
    """What became of them; sent again, all are unchanged."""

    added = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()


class ByDay(Cursor):
    """Rates, newest day first."""

    ordering = ("-day", "-id")


@extend_schema(tags=["scorecard"])
class RateViewSet(ApiViewSet):
    """Exchange rates to the reporting currency."""

    verbs = {"list": "scorecard.read", "create": "rates.write", "destroy": "rates.write"}
    serializer_class = RateOut
    pagination_class = ByDay
    lookup_url_kwarg, lookup_value_converter = "rate_id", "uuid"

    @extend_schema(
        operation_id="rates",
        parameters=[OpenApiParameter("currency", str, description="of this currency only")],
        responses={200: RateOut(many=True), 422: Envelope},
    )
    def list(self, request: ApiRequest) -> Response:
        """The rates in force, newest day first."""
        currency = word(request, "currency").upper()
        return self.paged(rates_to(reporting_currency(request.workspace), currency))

    @extend_schema(operation_id="rates_write", request=RatesIn, responses={200: WrittenOut, 422: Envelope})
    def create(self, request: ApiRequest) -> Response:
        """Write rates. A rate of the past counts the figures of its days anew."""
        given: dict[str, Any] = self.given()
        source = given.get("source", "")
        written = write_rates(request.workspace, given["rates"], source=source, by=request.member, at=request.at)
        return self.shown(written, WrittenOut)

    @extend_schema(operation_id="rate_remove", responses={204: None, 404: Envelope})
    def destroy(self, request: ApiRequest, rate_id: UUID) -> Response:
        """Take a rate away; its days follow the one before it."""
        remove_rate(ExchangeRate.objects.one(pk=rate_id), by=request.member, at=request.at)
        return Response(status=204)
