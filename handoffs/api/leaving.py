"""The departure's door for programs."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.errors import BadInput
from core.http.api import Envelope
from core.http.promised import refuse_unknown
from core.people import queries
from core.people.api.serializers import MakingOut
from core.people.models import Member
from handoffs.actions import leaving
from handoffs.actions.leaving.plans import NOUNS

MOST = 1_000  # moves told one by one; the counts are of all
REFUSED = {403: Envelope, 404: Envelope, 422: Envelope}


class DepartureIn(serializers.Serializer):
    """Who takes over tasks, accounts and records; left out, they go to whoever leads and in turns."""

    successor = serializers.UUIDField(required=False, allow_null=True, default=None)


class ShareOut(serializers.Serializer):
    """What one person receives."""

    member = serializers.UUIDField()
    name = serializers.CharField()
    handoff = serializers.IntegerField()
    record = serializers.IntegerField()
    account = serializers.IntegerField()
    task = serializers.IntegerField()


class MoveOut(serializers.Serializer):
    """One thing that changes hands."""

    noun = serializers.ChoiceField(NOUNS)
    number = serializers.IntegerField()
    title = serializers.CharField()
    to = serializers.UUIDField()
    name = serializers.CharField()
    why = serializers.CharField()


class DepartureOut(serializers.Serializer):
    """What changes hands, to whom, and what must be changed first."""

    member = serializers.UUIDField()
    successor = serializers.UUIDField(allow_null=True)
    may_leave = serializers.BooleanField()
    obstacles = serializers.CharField(allow_blank=True)
    definitions = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    teams = serializers.ListField(child=serializers.CharField())
    rules = serializers.ListField(child=serializers.CharField())
    ends = MakingOut(many=True)
    counts = serializers.DictField(child=serializers.IntegerField())
    shares = ShareOut(many=True)
    moves = MoveOut(many=True)


class Departure(APIView):
    """Reassign everything, then leave."""

    verbs = {"GET": "people.manage", "POST": "people.manage"}

    @extend_schema(
        operation_id="member_departure_rehearse",
        tags=["people"],
        parameters=[OpenApiParameter("successor", UUID, description="Who takes over tasks, accounts and records.")],
        responses={200: DepartureOut, **REFUSED},
    )
    def get(self, request: Request, member_id: UUID) -> Response:
        """What would change hands if the member left now, and to whom; nothing is changed."""
        return Response(self._answer(request, member_id, request.query_params, leaving.rehearse))

    @extend_schema(
        operation_id="member_departure", tags=["people"], request=DepartureIn, responses={200: DepartureOut, **REFUSED}
    )
    def post(self, request: Request, member_id: UUID) -> Response:
        """Hand everything over and deactivate the member, all or nothing. Who owns a seam or a metric, or manages a
        team, is refused with `change_first` until somebody else does."""
        return Response(self._answer(request, member_id, request.data, leaving.depart))

    @staticmethod
    def _answer(request: Request, member_id: UUID, given: Any, act: Any) -> dict[str, Any]:
        http = request._request
        member = queries.member_for(member_id)
        asked = DepartureIn(data=given)
        refuse_unknown(asked, given)
        asked.is_valid(raise_exception=True)
        plan = act(member, _successor(asked.validated_data["successor"]), by=http.member, at=http.at)
        return departure_out(plan)


def _successor(member_id: UUID | None) -> Member | None:
    if member_id is None:
        return None
    found = Member.objects.filter(pk=member_id).first()
    if found is None:
        raise BadInput("There is no such member.", code="unknown_member", field="successor")
    return found


def departure_out(plan: leaving.Plan) -> dict[str, Any]:
    """The plan as programs read it."""
    return {
        "member": str(plan.member.pk),
        "successor": str(plan.successor.pk) if plan.successor else None,
        "may_leave": plan.may_leave,
        "obstacles": plan.obstacles(),
        "definitions": plan.definitions,
        "teams": list(plan.teams),
        "rules": list(plan.rules),
        "ends": MakingOut(plan.ends, many=True).data,
        "counts": plan.counts,
        "shares": [
            {"member": str(each.member.pk), "name": each.member.name, **dict(zip(NOUNS, each.counts, strict=True))}
            for each in plan.shares
        ],
        "moves": [
            {
                "noun": each.noun,
                "number": each.number,
                "title": each.title,
                "to": str(each.to.pk),
                "name": each.to.name,
                "why": each.why,
            }
            for each in plan.moves[:MOST]
        ],
    }
