"""The API's door of what sources cost: read, written and taken away by whoever, or whichever key, may."""

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from core.http.api import Envelope
from core.http.paging import Cursor
from core.http.params import word
from core.http.requests import ApiRequest
from core.http.viewsets import ApiViewSet
from scorecard.actions.costs import remove_cost, write_costs
from scorecard.api.rate_views import WrittenOut
from scorecard.models import SourceCost
from scorecard.queries.cost_list import costs_of
from scorecard.rules.lines_of_text import MOST_LINES


class CostOut(serializers.ModelSerializer):
    """What was spent on a source in a month; `month` is its first day."""

    written_by = serializers.CharField(source="written_by.name", allow_null=True)

    class Meta:
        model = SourceCost
        fields = ["id", "source", "month", "amount", "currency", "written_by", "written_at"]


class CostIn(serializers.Serializer):
    """One cost."""

    source = serializers.CharField(  # type: ignore[assignment] # a field of the shape, not of the serializer
        max_length=120, help_text="As records name it."
    )
    month = serializers.CharField(max_length=10, help_text="2026-03, or a day of it.")
    amount = serializers.DecimalField(max_digits=16, decimal_places=2)
    currency = serializers.CharField(
        min_length=3, max_length=3, required=False, help_text="Without it, the reporting currency."
    )


class CostsIn(serializers.Serializer):
    """Costs; one of the same source and month replaces what stands there."""

    costs = serializers.ListField(child=CostIn(), min_length=1, max_length=MOST_LINES)


class ByMonth(Cursor):
    """Costs, newest month first."""

    ordering = ("-month", "-id")


@extend_schema(tags=["scorecard"])
class CostViewSet(ApiViewSet):
    """Costs of sources by month."""

    verbs = {"list": "scorecard.read", "create": "costs.write", "destroy": "costs.write"}
    serializer_class = CostOut
    pagination_class = ByMonth
    lookup_url_kwarg, lookup_value_converter = "cost_id", "uuid"

    @extend_schema(
        operation_id="costs",
        parameters=[OpenApiParameter("source", str, description="of this source only")],
        responses={200: CostOut(many=True), 422: Envelope},
    )
    def list(self, request: ApiRequest) -> Response:
        """What sources cost, newest month first."""
        return self.paged(costs_of(word(request, "source")))

    @extend_schema(operation_id="costs_write", request=CostsIn, responses={200: WrittenOut, 422: Envelope})
    def create(self, request: ApiRequest) -> Response:
        """Write costs. Figures follow at once."""
        written = write_costs(request.workspace, self.given()["costs"], by=request.member, at=request.at)
        return self.shown(written, WrittenOut)

    @extend_schema(operation_id="cost_remove", responses={204: None, 404: Envelope})
    def destroy(self, request: ApiRequest, cost_id: UUID) -> Response:
        """Take a cost away; it is unknown again."""
        remove_cost(SourceCost.objects.one(pk=cost_id), by=request.member, at=request.at)
        return Response(status=204)
