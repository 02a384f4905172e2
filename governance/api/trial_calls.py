"""Trying routing out, for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from core.http.requests import ApiRequest
from core.http.viewsets import ApiViewSet
from governance.api.change_calls import MISSING
from governance.api.shape_fields import Anything
from governance.queries.trials import MOST, TryOut, tried


class TrialIn(serializers.Serializer):
    """Which records, through which rules. A row names fields by the keys that criteria use; a company or an owner it
    names is looked up."""

    seam = serializers.CharField(max_length=60)
    change = serializers.IntegerField(
        min_value=1,
        required=False,
        allow_null=True,
        default=None,
        help_text="A request; the rules in force if left out.",
    )
    records = serializers.ListField(
        child=serializers.IntegerField(min_value=1), max_length=MOST, required=False, default=list
    )
    handoffs = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**62),
        max_length=MOST,
        required=False,
        default=list,
        help_text="Numbers of handoffs of the seam's past, each as it was when it was offered.",
    )
    rows = serializers.ListField(
        child=serializers.DictField(child=Anything(allow_null=True)), max_length=MOST, required=False, default=list
    )
    at = serializers.DateTimeField(required=False, allow_null=True, default=None, help_text="Now, if left out.")


class TrialRuleOut(serializers.Serializer):
    """One rule that was tried, with what it looked at."""

    position = serializers.IntegerField()
    label: Any = serializers.CharField()
    verdict = serializers.ChoiceField(["met", "unmet", "unknown"])
    why = serializers.CharField(allow_blank=True)
    facts = serializers.DictField()


class TrialOut(serializers.Serializer):
    """Where one record would go: the rule that takes it, who would have it, and the pool as it stands."""

    label: Any = serializers.CharField()
    rule = serializers.CharField(allow_blank=True)
    sla_line = serializers.CharField(allow_blank=True, help_text="The SLA line that sets the minutes; blank")
    handoff = serializers.IntegerField(allow_null=True, help_text="The handoff of the past that was tried.")
    was_rule = serializers.CharField(allow_blank=True, help_text="The rule that took it then.")
    was_receiver = serializers.CharField(allow_blank=True, help_text="Who got it first; blank where it waited.")
    goes_elsewhere = serializers.BooleanField(help_text="Another rule takes it than then.")
    receiver = serializers.CharField(source="hand.name")
    cause = serializers.CharField(source="hand.cause")
    rules = TrialRuleOut(many=True, source="hand.rules")
    pool = serializers.CharField(source="hand.pool", allow_blank=True)
    candidates = serializers.ListField(child=serializers.DictField(), source="hand.candidates")


class TakenByRuleOut(serializers.Serializer):
    """How many of the records a rule takes."""

    rule = serializers.CharField()
    records = serializers.IntegerField()


class TryOutOut(serializers.Serializer):
    """Where all of them would go."""

    results = TrialOut(many=True)
    moved = serializers.IntegerField(allow_null=True, help_text="Handoffs of the past that another rule takes.")
    by_rule = serializers.SerializerMethodField()

    @extend_schema_field(TakenByRuleOut(many=True))
    def get_by_rule(self, found: TryOut) -> list[dict[str, Any]]:
        return [{"rule": rule, "records": count} for rule, count in found.by_rule]


class TrialViewSet(ApiViewSet):
    """Trying routing out."""

    verbs = {"trial": "change.propose"}
    serializer_class = TryOutOut

    @extend_schema(request=TrialIn, responses={200: TryOutOut, **MISSING}, operation_id="routing_try")
    @action(detail=False, methods=["post"], url_path="try")
    def trial(self, request: ApiRequest) -> Response:
        """Where records that are here or typed in would go, each by itself; nothing is kept."""
        asked = self.given()
        at: datetime = asked.pop("at") or request.at
        return self.shown(tried(request.workspace, request.member, at=at, **asked))
