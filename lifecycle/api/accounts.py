"""Companies, for programs."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from core.http.api import Envelope
from core.http.paging import CURSOR, KeysetPages
from core.http.params import word
from core.http.requests import ApiRequest
from core.http.viewsets import ApiViewSet
from lifecycle import queries
from lifecycle.api import serializers as shapes


class AccountViewSet(ApiViewSet):
    """Companies."""

    verbs = {"list": "record.read", "retrieve": "record.read"}
    serializer_class = shapes.AccountOut
    pagination_class = KeysetPages
    lookup_url_kwarg, lookup_value_converter = "number", "int"

    @extend_schema(
        parameters=[OpenApiParameter("domain", str), *CURSOR],
        responses={200: shapes.AccountPageOut, 422: Envelope, 403: Envelope},
    )
    def list(self, request: ApiRequest) -> Response:
        """By name."""
        domain = word(request, "domain")
        return self.paged(lambda after, size: queries.account_page(domain, after, size))

    @extend_schema(responses={200: shapes.AccountOut, 404: Envelope}, operation_id="accounts_read")
    def retrieve(self, request: ApiRequest, number: int) -> Response:
        """What is known of it."""
        return self.shown(queries.account_for(number))
