"""Companies."""

from typing import Any

from django.db.models import Count
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.errors import NotFound
from core.http.api import Envelope
from core.http.params import next_url, page_size, word
from core.people.models import Member
from lifecycle.api import serializers as shapes
from lifecycle.api.frame import CURSOR, MOST_NUMBER, REFUSED
from lifecycle.models import Account


class Accounts(APIView):
    """Companies."""

    verbs = {"GET": "record.read"}

    @extend_schema(
        parameters=[OpenApiParameter("domain", str), *CURSOR], responses={200: shapes.AccountPageOut, **REFUSED}
    )
    def get(self, request: Request) -> Response:
        """By name."""
        size = page_size(request)
        found = Account.objects.select_related("owner").annotate(count=Count("records")).order_by("name_key")
        if domain := word(request, "domain"):
            found = found.filter(domain=domain.lower())
        if after := word(request, "cursor"):
            found = found.filter(name_key__gt=after)
        rows = list(found[: size + 1])
        more = rows[size - 1].name_key if len(rows) > size else ""
        return Response({"next": next_url(request, more), "results": [account_out(each) for each in rows[:size]]})


class AccountByNumber(APIView):
    """One company."""

    verbs = {"GET": "record.read"}

    @extend_schema(responses={200: shapes.AccountOut, 404: Envelope}, operation_id="accounts_read")
    def get(self, request: Request, number: int) -> Response:
        """What is known of it."""
        found = Account.objects.select_related("owner").annotate(count=Count("records"))
        account = found.filter(number=number).first() if number <= MOST_NUMBER else None
        if account is None:
            raise NotFound
        return Response(account_out(account))


def account_out(account: Any) -> dict[str, Any]:
    """A company; `count` is how many records it has."""
    return {
        "number": account.number,
        "name": account.name,
        "domain": account.domain,
        "owner": named(account.owner),
        "records": account.count,
        "properties": account.properties,
        "created_at": account.created_at,
    }


def named(member: Member | None) -> dict[str, str] | None:
    """A member, by name and address."""
    return {"name": member.display_name, "email": member.email} if member else None
