"""The API's door of all restatements."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from core.http.api import Envelope
from core.http.params import word
from core.http.requests import ApiRequest
from lifecycle.api.restatement_views import PagesOfRestatements, RestatementOut
from scorecard.api.views import FILTERS, PERIOD, SEGMENT, STANDPOINT, ReadsScorecard
from scorecard.queries.corrections import later_corrections
from scorecard.queries.restated import restatements_in

METRIC = OpenApiParameter("metric", str, description="of the closings that this metric tells of")


@extend_schema(tags=["scorecard"])
class RestatementViewSet(PagesOfRestatements, ReadsScorecard):
    """Later changes to what was won or lost in closed periods."""

    verbs = {"list": "rows.read"}

    @extend_schema(
        operation_id="restatements",
        parameters=[*PERIOD, METRIC, *SEGMENT, *FILTERS, *STANDPOINT],
        responses={200: RestatementOut(many=True), 404: Envelope, 422: Envelope},
    )
    def list(self, request: ApiRequest) -> Response:
        """Of closings in the period, the newest restatement first."""
        key = word(request, "metric")
        metric = self.board.metric(key) if key else None
        board = self.board.narrowed(*self.asked.all_filters)
        return self.told(restatements_in(board, metric, self.asked.period))


@extend_schema(tags=["scorecard"])
class CorrectionViewSet(ReadsScorecard):
    """What came in about closings after their days had ended, restatements and others."""

    verbs = {"list": "rows.read"}
    serializer_class = RestatementOut

    @extend_schema(
        operation_id="corrections",
        parameters=[*PERIOD, METRIC],
        responses={200: RestatementOut(many=True), 404: Envelope, 422: Envelope},
    )
    def list(self, request: ApiRequest) -> Response:
        """The newest five hundred; none for a period that is not over."""
        key = word(request, "metric")
        metric = self.board.metric(key) if key else None
        return self.shown(later_corrections(self.board, metric, self.asked.period), many=True)
