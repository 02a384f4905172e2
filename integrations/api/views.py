"""The API's door about keys."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.errors import BadInput
from core.http.params import body
from core.people.models import Member
from core.people.permissions import SCOPES
from integrations import actions, queries
from integrations.forms import ROLES
from integrations.models import ApiKey


class KeyOut(serializers.ModelSerializer):
    """A key without its secret."""

    member = serializers.UUIDField(source="member_id")
    made_by = serializers.UUIDField(source="made_by_id", allow_null=True, help_text="The person who answers for it.")
    scopes = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = ApiKey
        fields = [
            "id", "name", "prefix", "member", "made_by", "scopes", "system", "per_minute", "created_at", "expires_at",
            "last_used_on", "revoked_at",
        ]  # fmt: skip


class KeyIn(serializers.Serializer):
    """A new key. `acts_as` names a program that is here already; else a new one is made with `role`."""

    name = serializers.CharField(max_length=120)
    scopes = serializers.ListField(child=serializers.ChoiceField(SCOPES), min_length=1, max_length=len(SCOPES))
    role = serializers.ChoiceField(ROLES, default=Member.Role.REP)
    system = serializers.CharField(
        max_length=60,
        required=False,
        allow_blank=True,
        default="",
        help_text="Whose word the key's writes are, such as enrichment; from its name unless told.",
    )
    acts_as = serializers.UUIDField(required=False, allow_null=True)
    expires_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    per_minute = serializers.IntegerField(min_value=1, max_value=actions.MOST_PER_MINUTE, default=600)


class IssuedKey(serializers.Serializer):
    """The key, told once, and what is kept of it."""

    key = serializers.CharField()
    details = KeyOut(source="row")


class Keys(GenericAPIView):
    """API keys."""

    verbs = {"GET": "keys.manage", "POST": "keys.manage"}
    serializer_class = KeyOut

    @extend_schema(operation_id="keys", tags=["keys"], responses=KeyOut(many=True))
    def get(self, request: Request) -> Response:
        """Keys, newest first; their secrets are known to nobody here."""
        found = self.paginate_queryset(ApiKey.objects.all())
        return self.get_paginated_response(KeyOut(found, many=True).data)

    @extend_schema(operation_id="key_issue", tags=["keys"], request=KeyIn, responses={201: IssuedKey})
    def post(self, request: Request) -> Response:
        """Make a key. Its text is in this answer and nowhere else; a key gives only scopes it has itself."""
        http, given = request._request, body(request, KeyIn)
        acts_as = given.pop("acts_as", None)
        program = Member.objects.filter(pk=acts_as).first() if acts_as else None
        if acts_as and program is None:
            raise BadInput("There is no such member.", field="acts_as")
        issued = actions.issue_key(**given, acts_as=program, by=http.member, at=http.at)
        return Response(IssuedKey(issued).data, status=201, headers={"Cache-Control": "no-store"})


class Revocation(APIView):
    """A key closed."""

    verbs = {"POST": "keys.manage"}

    @extend_schema(operation_id="key_revoke", tags=["keys"], request=None, responses=KeyOut)
    def post(self, request: Request, key_id: UUID) -> Response:
        """Close a key, at once and for good."""
        http = request._request
        return Response(KeyOut(actions.revoke_key(queries.key_for(key_id), by=http.member, at=http.at)).data)
