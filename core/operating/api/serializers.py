"""How what was set aside looks to programs."""

from rest_framework import serializers

from core.operating.models import SetAside
from core.people.models import SweepTrouble


class SetAsideOut(serializers.ModelSerializer):
    """A row set aside. `next_try_at` null: it waits for somebody to try again."""

    label = serializers.CharField(read_only=True)
    why = serializers.CharField(read_only=True)

    class Meta:
        model = SetAside
        fields = [
            "id", "kind", "label", "subject_id", "what", "why", "reason", "since", "last_tried_at", "tries",
            "next_try_at", "request_id",
        ]  # fmt: skip


class Tried(serializers.Serializer):
    """What came of it: `done`, `begun` (another pass goes on with it), or `failed`; with the row that is left."""

    outcome = serializers.ChoiceField(["done", "begun", "failed"])
    row = SetAsideOut(allow_null=True)


class FailingPassOut(serializers.ModelSerializer):
    """A pass that fails in this workspace as a whole, and is tried again at its next turn."""

    class Meta:
        model = SweepTrouble
        fields = ["sweep", "since", "last_at", "times", "trouble"]
