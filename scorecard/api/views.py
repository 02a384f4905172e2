"""The API's door of the scorecard: the same queries as the pages, so the same numbers."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.http.api import Envelope
from handoffs.queries import limbo_card
from scorecard import exports, queries
from scorecard.api import serializers as shapes
from scorecard.asking import LAST_PAGE, asked
from scorecard.rules.periods import CHOICES, STEPS
from scorecard.views import attachment, metric_file, rows_of

PERIOD = [
    OpenApiParameter("period", str, enum=list(CHOICES), description="without it the last 90 days"),
    OpenApiParameter("from", OpenApiTypes.DATE, description="first day, with `to`, instead of a period"),
    OpenApiParameter("to", OpenApiTypes.DATE, description="last day"),
]
SEGMENT = [
    OpenApiParameter("segment", str, description="source, owner, team, region, manager or a property"),
    OpenApiParameter("value", str, description="one value of the segment; blank values are `(none)`"),
]
BY = OpenApiParameter("by", str, description="a segment whose values are listed")
STEP = OpenApiParameter("step", str, enum=list(STEPS))
PAGES = [
    OpenApiParameter("part", str, description="which of the rows: counted, numerator, missed, open, aside, measured"),
    OpenApiParameter("page", {"type": "integer", "minimum": 1, "maximum": LAST_PAGE}),
    OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": 200}),
]
REFUSED = {404: Envelope, 422: Envelope}


class ReadsScorecard(APIView):
    """Who may, which board, what is asked."""

    verbs = {"GET": "scorecard.read"}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """After who may: what is asked of which board."""
        super().initial(request, *args, **kwargs)
        self.board = queries.board_of(request._request.workspace, request._request.at)
        self.asked = asked(self.board, request.query_params.dict())


class ScorecardApi(ReadsScorecard):
    """The scorecard."""

    @extend_schema(
        operation_id="scorecard",
        tags=["scorecard"],
        parameters=[*PERIOD, *SEGMENT],
        responses={200: shapes.ScorecardOut, 422: Envelope},
    )
    def get(self, request: Request) -> Response:
        """Every metric of a period: value, target, change, course and owner; with a segment its values side by side."""
        question = self.asked
        found = queries.scorecard(self.board, question.period, segment=question.segment, value=question.value)
        told = {
            **found.__dict__,
            "by_segment": [{"value": value, "figures": figures} for value, figures in found.matrix],
            "limbo": limbo_card(self.board.workspace, self.board.at),
        }
        return Response(shapes.ScorecardOut(told).data)


class MetricsApi(ReadsScorecard):
    """What is measured."""

    @extend_schema(operation_id="metrics", tags=["scorecard"], responses=shapes.MetricOut(many=True))
    def get(self, request: Request) -> Response:
        """The definitions in force, in their order."""
        return Response(shapes.MetricOut(self.board.metrics.metrics, many=True).data)


class MetricApi(ReadsScorecard):
    """One metric."""

    @extend_schema(
        operation_id="metric",
        tags=["scorecard"],
        parameters=[*PERIOD, *SEGMENT, BY, STEP],
        responses={200: shapes.MeasuredOut, **REFUSED},
    )
    def get(self, request: Request, key: str) -> Response:
        """Value, trend, distribution and parts of one metric."""
        question, metric = self.asked, self.board.metric(key)
        within = {"segment": question.segment if question.value else "", "value": question.value}
        found = queries.measured(self.board, metric, question.period, step=question.step, by=question.by, **within)
        ages = queries.ages_by_stage(self.board, metric, question.period, **within)
        return Response(shapes.MeasuredOut({**found.__dict__, "ages": ages}).data)


class MetricCsvApi(ReadsScorecard):
    """One metric as a file."""

    @extend_schema(
        operation_id="metric_csv",
        tags=["scorecard"],
        parameters=[*PERIOD, *SEGMENT, BY, STEP],
        responses={(200, "text/csv"): OpenApiResponse(OpenApiTypes.STR), **REFUSED},
    )
    def get(self, request: Request, key: str) -> HttpResponse:
        """The whole period first, then every value of `by`, then the trend; the same numbers as everywhere."""
        return attachment(metric_file(self.board, self.asked, key), key)


class RowsApi(ReadsScorecard):
    """The rows behind a number."""

    @extend_schema(
        operation_id="metric_rows",
        tags=["scorecard"],
        parameters=[*PERIOD, *SEGMENT, *PAGES],
        responses={200: shapes.BehindOut, **REFUSED},
    )
    def get(self, request: Request, key: str) -> Response:
        """The records a number was added up from, newest first."""
        return Response(shapes.BehindOut(rows_of(self.board, self.asked, key)).data)


class ScorecardCsvApi(ReadsScorecard):
    """The scorecard as a file."""

    @extend_schema(
        operation_id="scorecard_csv",
        tags=["scorecard"],
        parameters=[*PERIOD, *SEGMENT],
        responses={(200, "text/csv"): OpenApiResponse(OpenApiTypes.STR), 422: Envelope},
    )
    def get(self, request: Request) -> HttpResponse:
        """Every metric on a line."""
        question = self.asked
        found = queries.scorecard(self.board, question.period, segment=question.segment, value=question.value)
        return attachment(exports.scorecard_csv(found), "scorecard")


class FunnelApi(ReadsScorecard):
    """The journey."""

    @extend_schema(
        operation_id="funnel",
        tags=["scorecard"],
        parameters=PERIOD,
        responses={200: shapes.FunnelOut, 422: Envelope},
    )
    def get(self, request: Request) -> Response:
        """First touch to renewal: the steps of every team, and the seams between them."""
        return Response(shapes.FunnelOut(queries.funnel(self.board, self.asked.period)).data)


class SeamApi(ReadsScorecard):
    """One seam."""

    @extend_schema(
        operation_id="funnel_seam",
        tags=["scorecard"],
        parameters=PERIOD,
        responses={200: shapes.SeamOut, **REFUSED},
    )
    def get(self, request: Request, key: str) -> Response:
        """What came across, why the rest was rejected, and what is late now."""
        found = queries.seam_page(self.board, self.asked.period, key)
        told = {
            "period": self.asked.period,
            "seam": found.line,
            "reasons": [{"label": label, "count": count, "has_code": coded} for label, count, coded in found.reasons],
            "breaches": found.breaches,
            "metrics": found.metric_keys,
        }
        return Response(shapes.SeamOut(told).data)
