"""How handovers are told to programs."""

from typing import Any

from rest_framework import serializers
from rest_framework.response import Response

from core.http.paging import PageOut
from core.http.requests import ApiRequest
from handoffs.actions.leaving.plans import MOST_TOLD
from handoffs.models import HandoverPlan

Kind = HandoverPlan.Kind


class FirstMoves(serializers.ListSerializer):
    """As many moves as are told one by one."""

    def to_representation(self, moves: Any) -> Any:
        return super().to_representation(moves[:MOST_TOLD])


class UndoneOut(serializers.Serializer):
    """What became of one thing when the handover was undone."""

    noun = serializers.CharField()
    number = serializers.IntegerField()
    outcome = serializers.CharField()

    class Meta:
        list_serializer_class = FirstMoves


class HandedOverOut(serializers.Serializer):
    """One thing that changed hands."""

    noun = serializers.CharField()
    number = serializers.IntegerField()
    to = serializers.UUIDField()
    why = serializers.CharField()

    class Meta:
        list_serializer_class = FirstMoves


class HandoverOut(serializers.Serializer):
    """A handover, and how far a worker is with it where it is a large one."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(Kind.choices)
    at = serializers.DateTimeField()
    by = serializers.CharField(source="by.name")
    work = serializers.ChoiceField(HandoverPlan.Work.choices, help_text="What is or was last done with it.")
    state = serializers.ChoiceField(HandoverPlan.State.choices)
    error = serializers.CharField(allow_blank=True, help_text="Why it failed.")
    moves = HandedOverOut(many=True)
    undone_at = serializers.DateTimeField(allow_null=True)
    undone = UndoneOut(many=True)


class HandoverPageOut(PageOut):
    """One page of handovers, newest first."""

    results = HandoverOut(many=True)


def being_handed_over(request: ApiRequest, plan: HandoverPlan) -> Response:
    """A worker has it; its address says how far that is."""
    where = f"/api/v1/w/{request.workspace.slug}/people/{plan.member_id}/handovers/{plan.pk}"
    return Response(HandoverOut(plan).data, status=202, headers={"Location": where})
