"""What pages and programs want to know about keys."""

from collections.abc import Iterable
from uuid import UUID

from core.people.models import Member
from integrations.models import ApiKey


def keys() -> Iterable[ApiKey]:
    """All keys, newest first, at most 500. One query."""
    return ApiKey.objects.select_related("member", "created_by", "made_by").order_by("-created_at", "-id")[:500]


def key_for(key_id: UUID) -> ApiKey:
    """One key of this workspace. Raises NotFound."""
    row: ApiKey = ApiKey.objects.select_related("member", "created_by").one(pk=key_id)
    return row


def programs() -> Iterable[Member]:
    """Active members that are no people. One query."""
    return Member.objects.filter(is_active=True).exclude(kind=Member.Kind.PERSON).order_by("name")
