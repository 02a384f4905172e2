"""The security log for programs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.errors import BadInput
from core.http.params import next_url, page_size, word
from core.people.security_log import GROUPS, Wanted, label, security_events


class SecurityEventOut(serializers.Serializer):
    """One line of the log."""

    id = serializers.UUIDField()
    at = serializers.DateTimeField()
    kind = serializers.CharField()
    label = serializers.SerializerMethodField()
    member = serializers.UUIDField(source="member_id", allow_null=True)
    name = serializers.CharField(source="member.name", allow_null=True, default=None)
    about = serializers.UUIDField(source="about_id", allow_null=True, help_text="Whose membership it changed.")
    address = serializers.CharField()
    browser = serializers.CharField()
    facts = serializers.DictField()
    request_id = serializers.CharField()

    def get_label(self, event: Any) -> str:
        """What happened, in a few words."""
        return label(event)


class SecurityLogPage(serializers.Serializer):
    """A page of it."""

    next = serializers.CharField(allow_null=True)
    results = SecurityEventOut(many=True)


class SecurityEvents(APIView):
    """The security log."""

    verbs = {"GET": "security.read"}

    @extend_schema(
        operation_id="security_events",
        tags=["security"],
        parameters=[
            OpenApiParameter("member", UUID, description="Who did it, or whose account it was."),
            OpenApiParameter("kind", str, description=f"A kind, or one of {', '.join(GROUPS)}."),
            OpenApiParameter("since", datetime),
            OpenApiParameter("until", datetime),
            OpenApiParameter("cursor", str),
            OpenApiParameter("limit", int),
        ],
        responses=SecurityLogPage,
    )
    def get(self, request: Request) -> Response:
        """Sign-ins, factors, keys, invitations, roles and refusals, newest first. Never changed, never deleted."""
        wanted = Wanted(
            member=_uuid(word(request, "member")),
            kind=word(request, "kind"),
            since=_moment(word(request, "since"), "since"),
            until=_moment(word(request, "until"), "until"),
        )
        events, following = security_events(wanted, word(request, "cursor"), page_size(request))
        told = {"next": next_url(request, following), "results": events}
        return Response(SecurityLogPage(told).data)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise BadInput("This is not the id of a member.", field="member") from None


def _moment(text: str, field: str) -> datetime | None:
    try:
        found = parse_datetime(text.replace(" ", "+")) if text else None
    except ValueError:
        found = None
    if text and (found is None or is_naive(found)):
        raise BadInput("Write a moment with its zone, such as 2026-03-02T10:00:00Z.", field=field)
    return found
