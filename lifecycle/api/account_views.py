"""The companies' door for programs: what is known of them, whose they are on each side, and what they belong to."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from core.errors import BadInput
from core.http.api import Envelope
from core.http.paging import CURSOR, KeysetPages, PageOut
from core.http.params import word
from core.http.requests import ApiRequest
from core.http.viewsets import ApiViewSet
from lifecycle import account_queries
from lifecycle.actions import owning_accounts
from lifecycle.api.row_fields import members_named, owner_named
from lifecycle.api.serializers import Named, NumberedName
from lifecycle.models import Account, AccountOwner
from lifecycle.rules.account_owners import LONGEST_WHY

REFUSED = {403: Envelope, 404: Envelope, 422: Envelope}


class AccountOwnerOut(serializers.Serializer):
    """Somebody who takes care of a company on one side, from when until when."""

    side = serializers.CharField(source="function")
    owner = Named(source="member")
    is_named = serializers.BooleanField(help_text="A named account: its owner comes before territories and turns.")
    since = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True)
    cause = serializers.ChoiceField(AccountOwner.Cause.choices)
    why = serializers.CharField(allow_blank=True)
    given_by = Named(allow_null=True)


class PresentOwnerOut(serializers.Serializer):
    """Whose the company is on one side now."""

    side = serializers.CharField(source="function")
    owner = Named(source="member")
    is_named = serializers.BooleanField()
    since = serializers.DateTimeField()


class AccountOut(serializers.Serializer):
    """A company. `owner` is of no side in particular, as files tell it; `owners` are those of each side."""

    number = serializers.IntegerField()
    name = serializers.CharField()
    domain = serializers.CharField()
    owner = Named(allow_null=True)
    owners = PresentOwnerOut(many=True, source="present_owners")
    parent = NumberedName(allow_null=True, help_text="The company it belongs to.")
    records = serializers.IntegerField(source="record_count", help_text="How many records belong to it.")
    properties = serializers.DictField()
    created_at = serializers.DateTimeField()


class AccountPageOut(PageOut):
    """Companies, by name."""

    results = AccountOut(many=True)


class SideOwnerIn(serializers.Serializer):
    """Whose a company is on a side, and why."""

    owner = serializers.CharField(max_length=254, help_text="The e-mail address.")
    is_named = serializers.BooleanField(required=False, default=False)
    why = serializers.CharField(max_length=LONGEST_WHY, required=False, allow_blank=True, default="")


class ParentIn(serializers.Serializer):
    """The company that it belongs to; null for none."""

    parent = serializers.IntegerField(min_value=1, max_value=2**62, allow_null=True)  # type: ignore[assignment]


class SimilarOut(serializers.Serializer):
    """A company that may be the same one. Shown to people; nothing is routed by it."""

    account = NumberedName()
    owner = Named(source="account.owner", allow_null=True)
    why = serializers.CharField()


class AccountViewSet(ApiViewSet):
    """Companies."""

    verbs = {"list": "record.read", "retrieve": "record.read", "similar": "record.read", "parent": "account.assign"}
    serializer_class = AccountOut
    pagination_class = KeysetPages
    lookup_url_kwarg, lookup_value_converter = "number", "int"

    @extend_schema(
        parameters=[OpenApiParameter("domain", str), *CURSOR],
        responses={200: AccountPageOut, 422: Envelope, 403: Envelope},
    )
    def list(self, request: ApiRequest) -> Response:
        """By name."""
        domain = word(request, "domain")
        return self.paged(lambda after, size: account_queries.account_page(domain, after, size))

    @extend_schema(responses={200: AccountOut, 404: Envelope}, operation_id="accounts_read")
    def retrieve(self, request: ApiRequest, number: int) -> Response:
        """What is known of it."""
        return self.shown(account_queries.account_for(number))

    @extend_schema(responses={200: SimilarOut(many=True), 404: Envelope}, operation_id="accounts_similar")
    @action(detail=True, pagination_class=None)
    def similar(self, request: ApiRequest, number: int) -> Response:
        """Companies that may be the same one, or of the same group: a suggestion that nothing is routed by."""
        return self.shown(account_queries.similar_to(account_queries.account_for(number)), SimilarOut, many=True)

    @extend_schema(request=ParentIn, responses={200: AccountOut, **REFUSED}, operation_id="accounts_put_under")
    @action(detail=True, methods=["put"])
    def parent(self, request: ApiRequest, number: int) -> Response:
        """Say which company it belongs to: where it has no owner, the one above is asked."""
        account, given = account_queries.account_for(number), self.given()
        parent = Account.objects.filter(number=given["parent"]).first() if given["parent"] else None
        if given["parent"] and parent is None:
            raise BadInput("There is no such company.", code="unknown_account", field="parent")
        owning_accounts.put_under(account, parent, by=request.member, at=request.at)
        return self.shown(account_queries.account_for(number))


class AccountOwnerViewSet(ApiViewSet):
    """Whose a company is, side by side."""

    verbs = {"list": "record.read", "update": "account.assign", "destroy": "account.assign"}
    serializer_class = AccountOwnerOut
    lookup_url_kwarg, lookup_value_converter = "side", "slug"

    @extend_schema(responses={200: AccountOwnerOut(many=True), 404: Envelope}, operation_id="account_owners")
    def list(self, request: ApiRequest, number: int) -> Response:
        """Everybody who takes or took care of it, newest first."""
        return self.shown(account_queries.owners_of(account_queries.account_for(number)), many=True)

    @extend_schema(request=SideOwnerIn, responses={200: AccountOut, **REFUSED}, operation_id="account_owner_give")
    def update(self, request: ApiRequest, number: int, side: str) -> Response:
        """Give the company to somebody on this side, with the mark of a named account or without."""
        account, given = account_queries.account_for(number), self.given()
        name = given.pop("owner")
        owner = owner_named(name, members_named([name]))
        return self._given(request, account, side, owner=owner, **given)

    @extend_schema(request=None, responses={200: AccountOut, **REFUSED}, operation_id="account_owner_end")
    def destroy(self, request: ApiRequest, number: int, side: str) -> Response:
        """Nobody takes care of it on this side from now on."""
        return self._given(request, account_queries.account_for(number), side, owner=None)

    def _given(self, request: ApiRequest, account: Account, side: str, **how: Any) -> Response:
        owning_accounts.give_account(account, side, **how, by=request.member, at=request.at)
        return self.shown(account_queries.account_for(account.number), AccountOut)
