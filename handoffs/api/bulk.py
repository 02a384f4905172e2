"""The API of doing one thing to many handoffs: accept, reject, reassign or recall them, or see what it would do."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from core.errors import BadInput
from core.http.api import Envelope
from core.http.requests import ApiRequest
from core.http.viewsets import ApiViewSet
from core.people.models import Member, Team
from handoffs.actions.in_bulk.acting import MOST, act_on_many
from handoffs.actions.in_bulk.bulk_rows import BulkVerb, BulkWish
from handoffs.actions.in_bulk.bulk_undo import undo_deed
from handoffs.queries.balance import balance_of

REFUSED = {403: Envelope, 404: Envelope, 422: Envelope}
MOST_NUMBER = 2**63 - 1
OUTCOMES = ("done", "already", "refused")
TOLD = (*OUTCOMES, "rows", "people", "undo_id", "undo_until")


class ReceiverIn(serializers.Serializer):
    """Who receives one of them, by address; blank is back to the pool."""

    number = serializers.IntegerField(min_value=1, max_value=MOST_NUMBER)
    to = serializers.EmailField(allow_blank=True)


class BulkIn(serializers.Serializer):
    """What to do to which. `reassign` takes one receiver for all (`to`, or `to_pool`), or one for each
    (`receivers`, without `numbers`). `rehearse` says what would come of it and keeps nothing."""

    verb = serializers.ChoiceField([each.value for each in BulkVerb])
    numbers = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=MOST_NUMBER),
        max_length=MOST,
        required=False,
        default=list,
    )
    reason = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    note = serializers.CharField(max_length=5_000, required=False, allow_blank=True, default="")
    to = serializers.EmailField(required=False, allow_blank=True, default="")
    to_pool = serializers.BooleanField(required=False, default=False)
    receivers = serializers.ListSerializer(child=ReceiverIn(), required=False, default=list, max_length=MOST)
    rehearse = serializers.BooleanField(required=False, default=False)


class BulkRowOut(serializers.Serializer):
    """What came of one. `already`: it was done before, so a call sent again changes nothing."""

    number = serializers.IntegerField()
    outcome = serializers.ChoiceField(OUTCOMES)
    code = serializers.CharField(help_text="Why it stays as it is; blank where it was done.")
    detail = serializers.CharField()
    record = serializers.CharField()
    seam = serializers.CharField()
    before = serializers.CharField(help_text="Who had it, or the pool it waited in.")
    after = serializers.CharField()
    due_at = serializers.DateTimeField(allow_null=True)
    clock = serializers.CharField(help_text="What became of its clock, in words.")
    facts = serializers.DictField(help_text="Taken back: what came after it, where it stays as it is.")


class PersonChangeOut(serializers.Serializer):
    """How many somebody has open, before and after, and which of their caps are passed."""

    member = serializers.UUIDField(source="after.member_id")
    name = serializers.CharField(source="after.name")
    open_before = serializers.IntegerField(source="before.open_count")
    open_after = serializers.IntegerField(source="after.open_count")
    cap = serializers.IntegerField(source="after.cap", allow_null=True)
    is_away = serializers.BooleanField(source="after.is_away")
    passes = serializers.ListField(child=serializers.CharField())


class BulkOut(serializers.Serializer):
    """What came of each, in the order in which they were named, and of the people whom it concerns."""

    verb = serializers.ChoiceField([each.value for each in BulkVerb])
    rehearsed = serializers.BooleanField()
    done = serializers.IntegerField()
    already = serializers.IntegerField()
    refused = serializers.IntegerField()
    rows = BulkRowOut(many=True)
    people = PersonChangeOut(many=True)
    undo_id = serializers.UUIDField(allow_null=True, help_text="What takes all of it back: DELETE handoffs/bulk/{id}.")
    undo_until = serializers.DateTimeField(allow_null=True)


class ProposedMoveOut(serializers.Serializer):
    """A handoff, who has it and who should; addresses as `receivers` of a bulk call take them."""

    number = serializers.IntegerField()
    record = serializers.CharField()
    seam = serializers.CharField()
    due_at = serializers.DateTimeField()
    giver = serializers.EmailField(source="giver.email")
    to = serializers.EmailField(source="receiver.email")


class BalanceOut(serializers.Serializer):
    """The fewest moves that reach fair shares within a team; none where nothing is to be moved."""

    team = serializers.CharField(source="team.key")
    is_cut = serializers.BooleanField(help_text="Only those due last were looked at; apply it and ask again.")
    moves = ProposedMoveOut(many=True)
    people = PersonChangeOut(many=True)


@extend_schema(tags=["handoffs"])
class BulkViewSet(ApiViewSet):
    """Many handoffs at once."""

    verbs = {"bulk": "handoff.answer", "undo_bulk": "handoff.answer", "balance": "handoff.reassign"}
    serializer_class = BulkOut

    @extend_schema(operation_id="handoffs_bulk", request=BulkIn, responses={200: BulkOut, **REFUSED})
    @action(detail=False, methods=["post"])
    def bulk(self, request: ApiRequest) -> Response:
        """Accept, reject, reassign or recall up to 500. Each decides alone: some are refused, with their reasons, the
        others done. Admins reach all, managers those of their teams, others their own."""
        asked = self.given()
        wish = _wish(asked)
        said = {"by": request.member, "at": request.at, "is_rehearsed": asked["rehearse"]}
        result = act_on_many(request.workspace, wish, is_kept=True, **said)
        return self.shown(_told(result, asked["rehearse"]))

    @extend_schema(operation_id="handoffs_undo_bulk", request=None, responses={200: BulkOut, **REFUSED, 409: Envelope})
    @action(detail=False, methods=["delete"], url_path="bulk/<uuid:deed_id>")
    def undo_bulk(self, request: ApiRequest, deed_id: UUID) -> Response:
        """Within ten seconds, by who did it: each goes back to where it was. What somebody built on is left, and named
        in `detail` and `facts`. Sent again, what went back is told as `already`."""
        result = undo_deed(request.workspace, deed_id, by=request.member, at=request.at)
        return self.shown(_told(result, is_rehearsed=False))

    @extend_schema(operation_id="team_balance", responses={200: BalanceOut, 403: Envelope, 404: Envelope})
    @action(detail=False, url_path="balance/<slug:team>")
    def balance(self, request: ApiRequest, team: str) -> Response:
        """What would balance one of your teams. Applied by `handoffs/bulk` with the moves as `receivers`."""
        found = Team.objects.one(key=team)
        return self.shown(balance_of(request.workspace, found, by=request.member, at=request.at), BalanceOut)


def _told(result: Any, is_rehearsed: bool) -> dict[str, Any]:
    told = {name: getattr(result, name) for name in TOLD}
    return {"verb": result.verb.value, "rehearsed": is_rehearsed, **told}


def _wish(asked: dict[str, Any]) -> BulkWish:
    """The body as the action takes it. One query where people are named. Raises BadInput."""
    verb, numbers, receivers = BulkVerb(asked["verb"]), asked["numbers"], {}
    if verb == BulkVerb.REASSIGN:
        receivers = _receivers(asked)
        numbers = numbers or list(receivers)
    elif asked["to"] or asked["to_pool"] or asked["receivers"]:
        raise BadInput("Only reassigning asks who receives.", code="not_asked", field="to")
    if asked["reason"] and verb != BulkVerb.REJECT:
        raise BadInput("Only rejecting asks for a reason.", code="not_asked", field="reason")
    if asked["note"] and verb == BulkVerb.ACCEPT:
        raise BadInput("Accepting keeps no note.", code="not_asked", field="note")
    return BulkWish(verb, numbers, asked["reason"], asked["note"], receivers)


def _receivers(asked: dict[str, Any]) -> dict[int, Member | None]:
    ways = [bool(asked["to"]), asked["to_pool"], bool(asked["receivers"])]
    if ways.count(True) != 1:
        raise BadInput("Name one receiver, or the pool, or one for each.", code="receiver_needed", field="to")
    if asked["receivers"] and asked["numbers"]:
        raise BadInput("Receivers name the numbers already.", code="not_asked", field="numbers")
    wanted = {each["number"]: each["to"] for each in asked["receivers"]}
    if len(wanted) < len(asked["receivers"]):
        raise BadInput("A handoff has one receiver, and is named once.", code="named_twice", field="receivers")
    wanted = wanted or dict.fromkeys(asked["numbers"], asked["to"])
    addresses = {each.strip().lower() for each in wanted.values()} - {""}
    people = {each.email: each for each in Member.objects.filter(email__in=addresses, is_active=True)}
    if unknown := sorted(addresses - people.keys()):
        field = "receivers" if asked["receivers"] else "to"
        raise BadInput(f"There is no active member with the address {unknown[0]}.", code="unknown_member", field=field)
    return {number: people.get(to.strip().lower()) for number, to in wanted.items()}
