"""Fields of the API's shapes of governance that say more than a column holds."""

from typing import Any

from rest_framework import serializers

from blueprint.edit_words import title_of


class Anything(serializers.JSONField):
    """A value of the blueprint: whatever stands at the path; null takes the place away."""


class Address(serializers.CharField):
    """A member by address, a program by name."""

    def to_representation(self, member: Any) -> str:
        return member.email or member.name


class PlaceTitle(serializers.CharField):
    """The place of an edit in words, as the proposed document of what is shown calls it."""

    def to_representation(self, edit: Any) -> str:
        shown: Any = self.root.instance
        return title_of(shown.proposed, tuple(edit.path), edit.before) if edit.path else ""


class Confirmer(serializers.CharField):
    """The address of who gave an approval."""

    def to_representation(self, approval: Any) -> str:
        return approval.member.email
