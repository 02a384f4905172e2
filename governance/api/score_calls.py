"""Score rules from what was won, for programs."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from core.http.requests import ApiRequest
from core.http.viewsets import ApiViewSet
from governance.actions.proposing_scores import propose_scores
from governance.api import serializers as shapes
from governance.api.start_serializers import ScoreProposalIn, ScoreProposalOut
from governance.queries.detail import ChangeDetail
from governance.queries.score_proposal import score_proposal


class ScoreProposalViewSet(ApiViewSet):
    """Which values of which fields tell who is won, and a draft made of them."""

    verbs = {"read": "change.propose", "draft_rules": "change.propose"}
    serializer_class = ScoreProposalOut

    @extend_schema(operation_id="score_proposal", responses=ScoreProposalOut)
    @action(detail=False, url_path="score-proposal")
    def read(self, request: ApiRequest) -> Response:
        """What the newest 50,000 leads tell, of which 10,000 are looked at."""
        return self.shown(score_proposal(request.workspace, request.member))

    @extend_schema(operation_id="score_proposal_draft", request=ScoreProposalIn, responses={201: shapes.ChangeOut})
    @read.mapping.post
    def draft_rules(self, request: ApiRequest) -> Response:
        """A draft with the rules of these fields, the properties they read and the threshold. Nothing is in force
        before somebody publishes it."""
        change = propose_scores(request.workspace, **self.given(), by=request.member, at=request.at)
        return self.shown(ChangeDetail(change), shapes.ChangeOut, status=201)
