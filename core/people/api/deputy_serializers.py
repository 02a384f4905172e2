"""How deputies look to programs."""

from rest_framework import serializers

from core.people.api.serializers import MemberOut


class DeputyOut(serializers.Serializer):
    """Who stands in for a member while they are away; null where nobody does."""

    deputy = MemberOut(allow_null=True)


class DeputyIn(serializers.Serializer):
    """Who shall stand in, by id."""

    deputy = serializers.UUIDField()
