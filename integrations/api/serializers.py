"""How API keys look to programs."""

from rest_framework import serializers

from core.people.models import Member
from core.people.permissions import SCOPES
from integrations.actions import MOST_PER_MINUTE
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
    per_minute = serializers.IntegerField(min_value=1, max_value=MOST_PER_MINUTE, default=600)


class IssuedKey(serializers.Serializer):
    """The key, told once, and what is kept of it."""

    key = serializers.CharField()
    details = KeyOut(source="row")
