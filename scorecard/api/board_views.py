"""The API's door of own boards: a board holds keys of metrics, and its figures are those of the scorecard."""

from __future__ import annotations

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from core.http.api import Envelope
from core.http.requests import ApiRequest
from core.http.viewsets import ApiViewSet
from scorecard import exports, queries
from scorecard.actions.board_keeping import change_board, drop_board, make_board
from scorecard.actions.mailing_boards import mail_board
from scorecard.api.figure_serializers import ComparisonOut, PeriodOut
from scorecard.api.serializers import CardOut
from scorecard.api.views import CSV, REFUSED, STANDPOINT
from scorecard.metric_query import standpoint_asked
from scorecard.models import MetricBoard
from scorecard.queries.boards import seen_from
from scorecard.queries.own_boards import board_figures, boards_for, own_board
from scorecard.rules.board_choices import COMPARED, MOST_METRICS, PERIODS
from scorecard.rules.mailing_days import EVERY


class FilterIO(serializers.Serializer):
    """A segment and the value that everything must have."""

    segment = serializers.CharField(max_length=60)
    value = serializers.CharField(max_length=200)


class BoardIn(serializers.Serializer):
    """What a board shows."""

    name = serializers.CharField(max_length=120)
    metrics = serializers.ListField(child=serializers.CharField(max_length=60), min_length=1, max_length=MOST_METRICS)
    period = serializers.ChoiceField(list(PERIODS), default="90d")
    compare = serializers.ChoiceField(list(COMPARED), default="previous")
    segment = serializers.CharField(max_length=60, allow_blank=True, default="")
    value = serializers.CharField(max_length=200, allow_blank=True, default="")
    filters = FilterIO(many=True, default=list)
    is_shared = serializers.BooleanField(default=False, help_text="Everybody in the workspace may open it.")


class MailingIn(serializers.Serializer):
    """How often."""

    every = serializers.ChoiceField(list(EVERY), allow_blank=True)


class BoardOut(serializers.ModelSerializer):
    """A board; only its owner may change it."""

    metrics = serializers.ListField(child=serializers.CharField())
    owner = serializers.CharField(source="owner.display_name")
    filters = FilterIO(many=True)

    class Meta:
        model = MetricBoard
        fields = ["number", "name", "owner", "metrics", "period", "compare", "segment", "value", "filters", "is_shared"]
        read_only_fields = fields


class BoardFiguresOut(serializers.Serializer):
    """The figures of a board, in its order."""

    board = BoardOut(source="own")
    period = PeriodOut(source="found.period")
    compared = ComparisonOut(source="found.compared")
    cards = CardOut(source="found.cards", many=True)
    missing = serializers.ListField(
        child=serializers.CharField(), help_text="Metrics of the board that are gone, or not read by its segment."
    )


@extend_schema(tags=["scorecard"])
class BoardViewSet(ApiViewSet):
    """Own boards and shared ones."""

    verbs = {
        **dict.fromkeys(("list", "retrieve", "figures", "file"), "scorecard.read"),
        **dict.fromkeys(("create", "update", "destroy", "mailing"), "board.write"),
    }
    serializer_class = BoardOut
    lookup_url_kwarg, lookup_value_converter = "number", "int"

    @extend_schema(operation_id="boards", responses=BoardOut(many=True))
    def list(self, request: ApiRequest) -> Response:
        """Your boards and those that are shared."""
        return self.shown(boards_for(request.member), many=True)

    @extend_schema(operation_id="board_make", request=BoardIn, responses={201: BoardOut, 422: Envelope})
    def create(self, request: ApiRequest) -> Response:
        """Make a board of your own."""
        board = queries.board_of(request.workspace, request.at)
        return self.shown(make_board(board, by=request.member, at=request.at, **self.given()), status=201)

    @extend_schema(operation_id="board", responses={200: BoardOut, 404: Envelope})
    def retrieve(self, request: ApiRequest, number: int) -> Response:
        """One board."""
        return self.shown(own_board(request.member, number))

    @extend_schema(operation_id="board_change", request=BoardIn, responses={200: BoardOut, 403: Envelope, **REFUSED})
    def update(self, request: ApiRequest, number: int) -> Response:
        """Change what it shows."""
        own, board = own_board(request.member, number), queries.board_of(request.workspace, request.at)
        return self.shown(change_board(own, board, by=request.member, at=request.at, **self.given()))

    @extend_schema(operation_id="board_drop", responses={204: None, 403: Envelope, 404: Envelope})
    def destroy(self, request: ApiRequest, number: int) -> Response:
        """Take it away."""
        drop_board(own_board(request.member, number), by=request.member, at=request.at)
        return Response(status=204)

    @extend_schema(operation_id="board_mailing", request=MailingIn, responses={204: None, **REFUSED})
    @action(detail=True, methods=["put"])
    def mailing(self, request: ApiRequest, number: int) -> Response:
        """Get it by mail each week or month; blank ends it."""
        own = own_board(request.member, number)
        mail_board(own, self.given()["every"], by=request.member, at=request.at)
        return Response(status=204)

    @extend_schema(operation_id="board_figures", parameters=STANDPOINT, responses={200: BoardFiguresOut, **REFUSED})
    @action(detail=True)
    def figures(self, request: ApiRequest, number: int) -> Response:
        """Its figures as they are now; with `known_on` those that it had at the end of that day."""
        return self.shown(board_figures(_seen(request), own_board(request.member, number)), BoardFiguresOut)

    @extend_schema(operation_id="board_csv", parameters=STANDPOINT, responses={**CSV, **REFUSED})
    @action(detail=False, url_path="<int:number>.csv")
    def file(self, request: ApiRequest, number: int) -> HttpResponse:
        """Its figures, a metric on each line."""
        own = own_board(request.member, number)
        return exports.taken(request, exports.scorecard_file(board_figures(_seen(request), own).found))


def _seen(request: ApiRequest) -> queries.Board:
    """What the workspace measures, from where the call asks to see the past."""
    board = queries.board_of(request.workspace, request.at)
    return seen_from(board, standpoint_asked(request.query_params.dict()))
