"""The API's door about keys."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from core.errors import BadInput
from core.http.paging import Cursor
from core.http.requests import ApiRequest
from core.http.viewsets import ApiViewSet
from core.people.models import Member
from integrations import actions, queries
from integrations.api import serializers as shapes
from integrations.models import ApiKey


@extend_schema(tags=["keys"])
class KeyViewSet(ApiViewSet):
    """API keys."""

    verbs = {"list": "keys.manage", "create": "keys.manage", "revocation": "keys.manage"}
    serializer_class = shapes.KeyOut
    pagination_class = Cursor
    lookup_url_kwarg, lookup_value_converter = "key_id", "uuid"

    @extend_schema(operation_id="keys", responses=shapes.KeyOut(many=True))
    def list(self, request: ApiRequest) -> Response:
        """Keys, newest first; their secrets are known to nobody here."""
        return self.paged(ApiKey.objects.all())

    @extend_schema(operation_id="key_issue", request=shapes.KeyIn, responses={201: shapes.IssuedKey})
    def create(self, request: ApiRequest) -> Response:
        """Make a key. Its text is in this answer and nowhere else; a key gives only scopes it has itself."""
        given = self.given()
        acts_as = given.pop("acts_as", None)
        program = Member.objects.filter(pk=acts_as).first() if acts_as else None
        if acts_as and program is None:
            raise BadInput("There is no such member.", field="acts_as")
        issued = actions.issue_key(**given, acts_as=program, by=request.member, at=request.at)
        return self.shown(issued, shapes.IssuedKey, status=201, headers={"Cache-Control": "no-store"})

    @extend_schema(operation_id="key_revoke", request=None, responses=shapes.KeyOut)
    @action(detail=True, methods=["post"])
    def revocation(self, request: ApiRequest, key_id: UUID) -> Response:
        """Close a key, at once and for good."""
        return self.shown(actions.revoke_key(queries.key_for(key_id), by=request.member, at=request.at))
