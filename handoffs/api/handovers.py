"""The handovers' door for programs: rehearsed, carried out, undone."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from core.errors import BadInput
from core.http.api import Envelope
from core.http.paging import CURSOR, KeysetPages
from core.http.requests import ApiRequest
from core.http.viewsets import ApiViewSet
from core.people import queries
from core.people.models import Member, Team
from handoffs.actions.leaving.departing import rehearse_handover
from handoffs.actions.leaving.handing_back import plan_for, told_page, told_plan
from handoffs.actions.leaving.handover_work import start_handover, start_undo, try_handover_again
from handoffs.actions.leaving.occasions import Kind, Occasion
from handoffs.api.departures import DepartureOut, successor_named
from handoffs.api.handover_shapes import HandoverOut, HandoverPageOut, being_handed_over

REFUSED = {403: Envelope, 404: Envelope, 409: Envelope, 422: Envelope}


class HandoverIn(serializers.Serializer):
    """Why somebody hands over, and what that needs; `successor` takes over what no rotation gives away."""

    kind = serializers.ChoiceField(Kind.choices)
    role = serializers.ChoiceField(Member.Role.choices, required=False, allow_blank=True, default="")
    team = serializers.SlugField(required=False, allow_blank=True, default="", help_text="The team they leave.")
    to_team = serializers.SlugField(required=False, allow_blank=True, default="")
    starts_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    ends_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    successor = serializers.UUIDField(required=False, allow_null=True, default=None)


@extend_schema(tags=["people"])
class HandoverViewSet(ApiViewSet):
    """What changes hands when somebody leaves, gets another role, loses a seat, changes teams or is away."""

    verbs = {
        "list": "handoff.reassign",
        "create": "handoff.reassign",
        "retrieve": "handoff.reassign",
        "retry": "handoff.reassign",
        "rehearsal": "handoff.reassign",
        "reversal": "handoff.reassign",
    }
    serializer_class = HandoverOut
    pagination_class = KeysetPages
    lookup_url_kwarg, lookup_value_converter = "plan_id", "uuid"

    @extend_schema(operation_id="member_handovers", parameters=CURSOR, responses={200: HandoverPageOut, **REFUSED})
    def list(self, request: ApiRequest, member_id: UUID) -> Response:
        """What was handed over, newest first."""
        member = queries.member_for(member_id)
        return self.paged(lambda after, size: told_page(member, after, size))

    @extend_schema(
        operation_id="member_handover", request=HandoverIn, responses={201: HandoverOut, 202: HandoverOut, **REFUSED}
    )
    def create(self, request: ApiRequest, member_id: UUID) -> Response:
        """Hand over, then do what it is about, all or nothing. Of thousands of things the answer is 202 with the
        address that says how far it is: a worker hands them over. Asked twice it is the same one."""
        occasion, successor = self._asked(member_id)
        _, kept = start_handover(occasion, successor, by=request.member, at=request.at)
        return being_handed_over(request, kept) if kept.is_under_way else self.shown(kept, status=201)

    @extend_schema(operation_id="handover_read", responses={200: HandoverOut, 404: Envelope})
    def retrieve(self, request: ApiRequest, member_id: UUID, plan_id: UUID) -> Response:
        """One handover, how far it is, and why it failed where it did."""
        return self.shown(told_plan(queries.member_for(member_id), plan_id))

    @extend_schema(operation_id="handover_retry", request=None, responses={202: HandoverOut, **REFUSED})
    @action(detail=True, methods=["post"])
    def retry(self, request: ApiRequest, member_id: UUID, plan_id: UUID) -> Response:
        """Let a worker do once more what failed; what did not fail stays as it is."""
        plan = plan_for(queries.member_for(member_id), plan_id)
        return being_handed_over(request, try_handover_again(plan, by=request.member))

    @extend_schema(operation_id="handover_rehearse", request=HandoverIn, responses={200: DepartureOut, **REFUSED})
    @action(detail=False, methods=["post"])
    def rehearsal(self, request: ApiRequest, member_id: UUID) -> Response:
        """What would change hands, and to whom; nothing is changed."""
        occasion, successor = self._asked(member_id)
        return self.shown(rehearse_handover(occasion, successor, by=request.member, at=request.at), DepartureOut)

    @extend_schema(
        operation_id="handover_undo", request=None, responses={200: HandoverOut, 202: HandoverOut, **REFUSED}
    )
    @action(detail=True, methods=["post"])
    def reversal(self, request: ApiRequest, member_id: UUID, plan_id: UUID) -> Response:
        """Give back what is still with whoever got it, and let the role, the seat or the absence be as before; of
        thousands of things a worker does, and the answer is 202."""
        plan = start_undo(plan_for(queries.member_for(member_id), plan_id), by=request.member, at=request.at)
        return being_handed_over(request, plan) if plan.is_under_way else self.shown(plan)

    def _asked(self, member_id: UUID) -> tuple[Occasion, Member | None]:
        given: dict[str, Any] = self.given()
        occasion = Occasion(
            kind=Kind(given["kind"]),
            member=queries.member_for(member_id),
            role=given["role"],
            team=_team(given["team"], "team"),
            to_team=_team(given["to_team"], "to_team"),
            starts_at=given["starts_at"],
            ends_at=given["ends_at"],
        )
        return occasion, successor_named(given["successor"])


def _team(key: str, field: str) -> Team | None:
    team = Team.objects.filter(key=key).first() if key else None
    if key and team is None:
        raise BadInput("There is no such team.", code="unknown_team", field=field)
    return team
