"""What each routing rule brings, for programs."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from blueprint.documents import blueprint_of
from core.errors import NotFound
from core.http.requests import ApiRequest
from core.http.viewsets import ApiViewSet
from governance.actions.yielding import ask_yields
from governance.api.change_calls import REFUSED
from governance.models import Impact
from governance.queries.proofs import NEVER_ASKED
from governance.queries.yields import YieldsOfSeam, yields_of


class OtherRuleOut(serializers.Serializer):
    """A rule that would have taken some, or nobody."""

    label: Any = serializers.CharField()
    handoffs = serializers.IntegerField()


class RuleYieldOut(serializers.Serializer):
    """One rule: what it took, how much of that was accepted and won, and by which rules it would have gone without it;
    `moved` would have gone somewhere else."""

    place = serializers.IntegerField()
    label: Any = serializers.CharField()
    given = serializers.IntegerField()
    accepted = serializers.IntegerField()
    won = serializers.IntegerField()
    moved = serializers.IntegerField()
    said = serializers.CharField(allow_blank=True)
    others = OtherRuleOut(many=True)


class YieldsOut(serializers.Serializer):
    """What the rules of a seam bring, and how far the working out is."""

    seam = serializers.CharField(source="seam.key")
    state = serializers.ChoiceField([NEVER_ASKED, *Impact.State.values])
    asked_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField(allow_null=True)
    error = serializers.CharField(allow_blank=True)
    rules = RuleYieldOut(many=True)


class YieldsViewSet(ApiViewSet):
    """What each routing rule took in ninety days, and who would have taken it otherwise."""

    verbs = {"read": "blueprint.read", "ask": "change.propose"}
    serializer_class = YieldsOut

    @extend_schema(operation_id="rule_yields", responses={200: YieldsOut, **REFUSED})
    @action(detail=False, url_path="yields/<slug:key>")
    def read(self, request: ApiRequest, key: str) -> Response:
        """What was worked out last."""
        return self.shown(self._found(request, key))

    @extend_schema(operation_id="rule_yields_ask", request=None, responses={202: YieldsOut, **REFUSED})
    @read.mapping.post
    def ask(self, request: ApiRequest, key: str) -> Response:
        """Let it be worked out of the newest 20,000 handoffs of ninety days, once a day for each version."""
        ask_yields(request.workspace, key, by=request.member, at=request.at)
        return self.shown(self._found(request, key), status=202)

    def _found(self, request: ApiRequest, key: str) -> YieldsOfSeam:
        seam = blueprint_of(request.workspace).seams_by_key.get(key)
        if seam is None:
            raise NotFound()
        return yields_of(request.workspace, seam)
