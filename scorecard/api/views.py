"""The API's door of the scorecard: the same queries as the pages, so the same numbers."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.http.api import Envelope
from core.http.requests import ApiRequest
from core.http.viewsets import ApiViewSet
from core.people.permissions import may
from handoffs.queries.limbo import limbo_card
from scorecard import exports, queries
from scorecard.api import serializers as shapes
from scorecard.api.funnel_serializers import FunnelOut, SeamOut, StepRowsOut
from scorecard.api.row_serializers import BehindOut
from scorecard.api.why_serializers import WhyMovedOut
from scorecard.metric_query import LAST_PAGE, asked
from scorecard.rules.comparisons import COMPARISONS
from scorecard.rules.funnel_cohorts import COHORTS, SPLITS
from scorecard.rules.periods import CHOICES, STEPS
from scorecard.rules.standpoint import READINGS

PERIOD = [
    OpenApiParameter("period", str, enum=list(CHOICES), description="without it the last 90 days"),
    OpenApiParameter("from", OpenApiTypes.DATE, description="first day, with `to`, instead of a period"),
    OpenApiParameter("to", OpenApiTypes.DATE, description="last day"),
]
SEGMENT = [
    OpenApiParameter("segment", str, description="source, owner, team, region, manager or a property"),
    OpenApiParameter("value", str, description="one value of the segment; blank values are `(none)`"),
]
COMPARED = [
    OpenApiParameter("compare", str, enum=list(COMPARISONS), description="without it the period before"),
    OpenApiParameter("compare_from", OpenApiTypes.DATE, description="first day to compare with, of `custom`"),
    OpenApiParameter("compare_to", OpenApiTypes.DATE, description="last day to compare with"),
    OpenApiParameter("beside", str, description="a second value of the segment, side by side with `value`"),
]
FILTERS = [
    OpenApiParameter(f"{name}{place}", str, description="a further segment and its value that everything must have")
    for place in (2, 3, 4)
    for name in ("segment", "value")
]
STANDPOINT = [
    OpenApiParameter(
        "reading", str, enum=list(READINGS), description="owners, teams and sources as they were then, or are now"
    ),
    OpenApiParameter("known_on", OpenApiTypes.DATE, description="only what was known at the end of that day"),
]
BY = OpenApiParameter("by", str, description="a segment whose values are listed")
THEN = OpenApiParameter("then", str, description="a second segment, whose values stand across those of `by`")
COHORT = OpenApiParameter(
    "cohort", str, enum=list(COHORTS), description="without it what moved in the period; began: what began in it"
)
SPLIT = OpenApiParameter("by", str, enum=list(SPLITS), description="what the steps are split by")
STEP_PART = OpenApiParameter(
    "part",
    str,
    description="`left`: of what began only what came no further; `closed:` and the key of a cause: what was closed so",
)
STEP = OpenApiParameter("step", str, enum=list(STEPS))
PAGES = [
    OpenApiParameter("part", str, description="which of the rows: counted, numerator, missed, open, aside, measured"),
    OpenApiParameter("page", {"type": "integer", "minimum": 1, "maximum": LAST_PAGE}),
    OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": 200}),
]
CSV = {(200, "text/csv"): OpenApiResponse(OpenApiTypes.STR)}
REFUSED = {404: Envelope, 422: Envelope}


class ReadsScorecard(ApiViewSet):
    """Who may, which board, what is asked."""

    request: ApiRequest

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """After who may: what is asked of which board."""
        super().initial(request, *args, **kwargs)
        self.board = queries.board_of(self.request.workspace, self.request.at)
        self.asked = asked(self.board, request.query_params.dict())
        self.board = self.asked.seen(self.board)


@extend_schema(tags=["scorecard"])
class ScorecardViewSet(ReadsScorecard):
    """The scorecard and the funnel."""

    verbs = {
        **dict.fromkeys(("scorecard", "scorecard_file", "funnel", "funnel_file", "seam"), "scorecard.read"),
        "step": "rows.read",
        "metric_preview": "change.propose",
    }

    @extend_schema(
        operation_id="scorecard",
        parameters=[*PERIOD, *COMPARED, *SEGMENT, *FILTERS, *STANDPOINT],
        responses={200: shapes.ScorecardOut, 422: Envelope},
    )
    @action(detail=False)
    def scorecard(self, request: ApiRequest) -> Response:
        """Every metric of a period: value, target, change, course and owner; with a segment its values side by side."""
        found = self.asked.scorecard(self.board)
        told = {
            **vars(found),
            "beside_value": self.asked.beside,
            "standpoint": self.board.standpoint,
            "by_segment": [{"value": value, "figures": figures} for value, figures in found.matrix],
            "limbo": limbo_card(self.board.workspace, self.board.at),
        }
        return self.shown(told, shapes.ScorecardOut)

    @extend_schema(
        operation_id="scorecard_csv",
        parameters=[*PERIOD, *COMPARED, *SEGMENT, *FILTERS, *STANDPOINT],
        responses={**CSV, 422: Envelope},
    )
    @action(detail=False, url_path="scorecard.csv")
    def scorecard_file(self, request: ApiRequest) -> HttpResponse:
        """Every metric on a line."""
        return exports.taken(request, exports.scorecard_file(self.asked.scorecard(self.board)))

    @extend_schema(
        operation_id="funnel",
        parameters=[*PERIOD, COHORT, SPLIT, *SEGMENT, *FILTERS],
        responses={200: FunnelOut, 422: Envelope},
    )
    @action(detail=False)
    def funnel(self, request: ApiRequest) -> Response:
        """First touch to renewal: the steps of every team, where most is lost, and the seams between the teams."""
        return self.shown(self.asked.funnel(self.board), FunnelOut)

    @extend_schema(
        operation_id="funnel_csv",
        parameters=[*PERIOD, COHORT, SPLIT, *SEGMENT, *FILTERS],
        responses={**CSV, 422: Envelope},
    )
    @action(detail=False, url_path="funnel.csv")
    def funnel_file(self, request: ApiRequest) -> HttpResponse:
        """Every step on a line, the whole first."""
        return exports.taken(request, exports.funnel_file(self.asked.funnel(self.board)))

    @extend_schema(
        operation_id="funnel_step",
        parameters=[*PERIOD, COHORT, *SEGMENT, *FILTERS, STEP_PART, *PAGES[1:]],
        responses={200: StepRowsOut, **REFUSED},
    )
    @action(detail=False, url_path="funnel/steps/<str:key>")
    def step(self, request: ApiRequest, key: str) -> Response:
        """The journeys behind a step, the newest first."""
        return self.shown(self.asked.step_rows(self.board, key), StepRowsOut)

    @extend_schema(
        operation_id="funnel_seam", parameters=[*PERIOD, *SEGMENT, *FILTERS], responses={200: SeamOut, **REFUSED}
    )
    @action(detail=False, url_path="funnel/seams/<slug:key>")
    def seam(self, request: ApiRequest, key: str) -> Response:
        """What came across, why the rest was rejected, and what is late now."""
        with_rows = may(request.member, "rows.read")
        found = self.asked.seam(self.board, key, with_rows=with_rows)
        told = {
            "period": self.asked.period,
            "seam": found.line,
            "reasons": [{"label": label, "count": count, "has_code": coded} for label, count, coded in found.reasons],
            "breaches": found.breaches,
            "metrics": found.metric_keys,
            "promises": found.promises,
            "time_to_touch": found.delays,
        }
        return self.shown(told, SeamOut)

    @extend_schema(
        operation_id="metric_preview", request=shapes.MetricIn, responses={200: shapes.TriedOut, 422: Envelope}
    )
    @action(detail=False, methods=["post"], url_path="metric-preview")
    def metric_preview(self, request: ApiRequest) -> Response:
        """What a metric would say that nobody has proposed: of the last 90 days, and month by month for a year."""
        given: dict[str, Any] = self.given()
        found = queries.tried_definition(request.workspace, {"label": given["key"], **given}, request.at)
        return self.shown(found, shapes.TriedOut)


@extend_schema(tags=["scorecard"])
class MetricViewSet(ReadsScorecard):
    """What is measured, and the numbers."""

    verbs = {**dict.fromkeys(("list", "retrieve", "file", "why"), "scorecard.read"), "rows": "rows.read"}
    serializer_class = shapes.MetricOut
    lookup_url_kwarg, lookup_value_converter = "key", "slug"

    @extend_schema(operation_id="metrics", responses=shapes.MetricOut(many=True))
    def list(self, request: ApiRequest) -> Response:
        """The definitions in force, in their order."""
        return self.shown(self.board.blueprint.metrics, many=True)

    @extend_schema(
        operation_id="metric",
        parameters=[*PERIOD, *COMPARED, *SEGMENT, *FILTERS, *STANDPOINT, BY, THEN, STEP],
        responses={200: shapes.MeasuredOut, **REFUSED},
    )
    def retrieve(self, request: ApiRequest, key: str) -> Response:
        """Value, trend, distribution and parts of one metric."""
        found, ages = self.asked.measured(self.board, key), self.asked.ages(self.board, key)
        sample = {"sample_size": found.sample_size, "is_small_sample": found.is_small_sample}
        return self.shown(
            {**vars(found), **sample, "ages": ages, "standpoint": self.board.standpoint}, shapes.MeasuredOut
        )

    @extend_schema(
        operation_id="metric_csv",
        parameters=[*PERIOD, *COMPARED, *SEGMENT, *FILTERS, *STANDPOINT, BY, THEN, STEP],
        responses={**CSV, **REFUSED},
    )
    @action(detail=False, url_path="<slug:key>.csv")
    def file(self, request: ApiRequest, key: str) -> HttpResponse:
        """The whole period first, then every value of `by`, then the trend; the same numbers as everywhere."""
        return exports.taken(request, exports.metric_file(self.asked.measured(self.board, key), self.asked.by))

    @extend_schema(
        operation_id="metric_rows",
        parameters=[*PERIOD, *SEGMENT, *FILTERS, *STANDPOINT, *PAGES],
        responses={200: BehindOut, **REFUSED},
    )
    @action(detail=True)
    def rows(self, request: ApiRequest, key: str) -> Response:
        """The records a number was added up from, newest first."""
        return self.shown(self.asked.rows_behind(self.board, key), BehindOut)

    @extend_schema(
        operation_id="metric_why",
        parameters=[*PERIOD, *COMPARED[:3], *SEGMENT, *FILTERS, *STANDPOINT, BY],
        responses={200: WhyMovedOut, **REFUSED},
    )
    @action(detail=True)
    def why(self, request: ApiRequest, key: str) -> Response:
        """Why it moved: definition, mix, behaviour, restatement and what is not ripe; the parts sum to the change."""
        return self.shown(self.asked.why_moved(self.board, key), WhyMovedOut)
