"""The API's door of the seams by what they lose: the ranking, this quarter's target, its weekly log."""

from decimal import Decimal

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from core.http.api import Envelope
from core.http.params import choice
from core.http.requests import ApiRequest
from scorecard import queries
from scorecard.actions.leak_targets import log_tried, set_target
from scorecard.api.funnel_serializers import LineOut
from scorecard.api.serializers import CountingOut, PeriodOut, decimal
from scorecard.api.views import PERIOD, ReadsScorecard
from scorecard.models import LeakEntry, SeamTarget
from scorecard.queries.leaks import leaks_of
from scorecard.rules.seam_losses import BY_RECORDS, LONGEST_TRIED, RANKINGS


class WorthOut(serializers.Serializer):
    """What one that comes across is worth, by the last year."""

    goal = serializers.CharField(help_text="where it is won")
    won_share = decimal(source="share", help_text="how many are won, of those that came to where accepting leads")
    average_deal = decimal(source="deal")
    each = decimal()


class LeakOut(serializers.Serializer):
    """What one seam lost in the period: refused, or past due and unanswered."""

    seam = LineOut(source="line")
    lost = serializers.IntegerField(source="line.loss")
    share = decimal(allow_null=True, help_text="of what all seams lost")
    came_across = decimal(source="ratio", allow_null=True, help_text="accepted, of what was decided")
    worth = WorthOut(allow_null=True)
    money = decimal(allow_null=True, help_text="what was lost, in the reporting currency")


class LeakEntryOut(serializers.ModelSerializer):
    """What somebody tried in a week."""

    by = serializers.CharField(source="by.display_name")

    class Meta:
        model = LeakEntry
        fields = ["week", "seam", "tried", "by", "at"]


class LeakWeekOut(serializers.Serializer):
    """A week of the quarter, by the day of the offer. `week` is its Monday."""

    week = serializers.DateField(source="first")
    accepted = serializers.IntegerField()
    lost = serializers.IntegerField()
    came_across = decimal(source="ratio", allow_null=True)
    change = decimal(allow_null=True, help_text="against the week before that had anything to tell")
    tried = LeakEntryOut(many=True)


class SeamTargetOut(serializers.ModelSerializer):
    """The target of a quarter."""

    owner = serializers.CharField(source="owner.email")
    set_by = serializers.CharField(source="set_by.display_name")
    target_ratio = decimal()
    baseline_ratio = decimal(allow_null=True, help_text="of the ninety days before it was set")

    class Meta:
        model = SeamTarget
        fields = ["quarter", "seam", "target_ratio", "baseline_ratio", "owner", "set_by", "set_at"]


class QuarterTargetOut(serializers.Serializer):
    """The target of this quarter and how far it has come."""

    target = SeamTargetOut()
    is_gone = serializers.BooleanField(help_text="Whether its seam was taken out: another may be set, its log stays.")
    came_across = decimal(source="ratio", allow_null=True, help_text="so far in the quarter")
    is_met = serializers.BooleanField()
    weeks = LeakWeekOut(many=True, help_text="the newest first")


class LeaksOut(serializers.Serializer):
    """The seams, the one that lost most first."""

    period = PeriodOut()
    rank = serializers.ChoiceField(list(RANKINGS), source="by")
    leaks = LeakOut(many=True)
    target = QuarterTargetOut(allow_null=True)
    counting = CountingOut(allow_null=True)
    failing = serializers.CharField(allow_blank=True, help_text="Why the seams are not counted; blank where they are.")


class SeamTargetIn(serializers.Serializer):
    """What a seam is to come to this quarter; `owner` sees to it."""

    seam = serializers.CharField(max_length=60)
    target_ratio = serializers.DecimalField(
        max_digits=5, decimal_places=4, min_value=Decimal("0.0001"), max_value=Decimal(1)
    )
    owner = serializers.EmailField()


class LeakLogIn(serializers.Serializer):
    """What was tried; `week` is any day of a week of this quarter, without one this week."""

    tried = serializers.CharField(max_length=LONGEST_TRIED)
    week = serializers.DateField(required=False)


@extend_schema(tags=["scorecard"])
class LeakViewSet(ReadsScorecard):
    """The seams by what they lose."""

    verbs = {"leaks": "scorecard.read", "target": "leak.target", "log": "leak.log"}
    serializer_class = LeaksOut

    @extend_schema(
        operation_id="leaks",
        parameters=[*PERIOD, OpenApiParameter("rank", str, enum=list(RANKINGS), description="what they are ranked by")],
        responses={200: LeaksOut, 422: Envelope},
    )
    @action(detail=False, url_path="funnel/leaks")
    def leaks(self, request: ApiRequest) -> Response:
        """Every seam by what it lost in the period, and this quarter's target with its weeks."""
        by = choice(request, "rank", list(RANKINGS)) or BY_RECORDS
        return self.shown(leaks_of(self.board, self.asked.period, by))

    @extend_schema(operation_id="seam_target_set", request=SeamTargetIn, responses={200: SeamTargetOut, 422: Envelope})
    @action(detail=False, methods=["put"], url_path="funnel/leaks/target")
    def target(self, request: ApiRequest) -> Response:
        """Set this quarter's target; set again, it changes."""
        board = queries.board_of(request.workspace, request.at)
        return self.shown(set_target(board, by=request.member, at=request.at, **self.given()), SeamTargetOut)

    @extend_schema(
        operation_id="leak_log", request=LeakLogIn, responses={201: LeakEntryOut, 403: Envelope, 422: Envelope}
    )
    @action(detail=False, methods=["post"], url_path="funnel/leaks/log")
    def log(self, request: ApiRequest) -> Response:
        """Write down what was tried in a week; what you wrote of it before is replaced."""
        board = queries.board_of(request.workspace, request.at)
        entry = log_tried(board, by=request.member, at=request.at, **self.given())
        return self.shown(entry, LeakEntryOut, status=201)
