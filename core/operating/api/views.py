"""The API's door to what was set aside."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.http.api import Cursor
from core.operating.models import SetAside
from core.operating.queries import failing_passes
from core.operating.setting_aside import in_plain_words, label_of, try_again
from core.people.models import SweepTrouble


class SetAsideOut(serializers.ModelSerializer):
    """A row set aside. `next_try_at` null: it waits for somebody to try again."""

    label = serializers.SerializerMethodField()
    why = serializers.SerializerMethodField()

    class Meta:
        model = SetAside
        fields = [
            "id", "kind", "label", "subject_id", "what", "why", "reason", "since", "last_tried_at", "tries",
            "next_try_at", "request_id",
        ]  # fmt: skip

    def get_label(self, row: SetAside) -> str:
        return label_of(row.kind)

    def get_why(self, row: SetAside) -> str:
        return in_plain_words(row.reason)


class Tried(serializers.Serializer):
    """What came of it: `done`, `begun` (another pass goes on with it), or `failed`; with the row that is left."""

    outcome = serializers.ChoiceField(["done", "begun", "failed"])
    row = SetAsideOut(allow_null=True)


class FailingPassOut(serializers.ModelSerializer):
    """A pass that fails in this workspace as a whole, and is tried again at its next turn."""

    class Meta:
        model = SweepTrouble
        fields = ["sweep", "since", "last_at", "times", "trouble"]


class OldestFirst(Cursor):
    """What waits longest comes first."""

    ordering = ("since", "id")


class SetAsideRows(GenericAPIView):
    """What was set aside."""

    verbs = {"GET": "aside.read"}
    serializer_class = SetAsideOut
    pagination_class = OldestFirst

    @extend_schema(operation_id="set_aside", tags=["operations"], responses=SetAsideOut(many=True))
    def get(self, request: Request) -> Response:
        """What passes could not do and left behind, the oldest first. Empty on good days."""
        found = self.paginate_queryset(SetAside.objects.all())
        return self.get_paginated_response(SetAsideOut(found, many=True).data)


class FailingPasses(APIView):
    """Passes that fail here."""

    verbs = {"GET": "aside.read"}

    @extend_schema(operation_id="failing_passes", tags=["operations"], responses=FailingPassOut(many=True))
    def get(self, request: Request) -> Response:
        """Passes over workspaces (due steps, folding, imports) that fail in this one. Empty on good days."""
        return Response(FailingPassOut(failing_passes(), many=True).data)


class Retry(APIView):
    """One more try."""

    verbs = {"POST": "aside.retry"}

    @extend_schema(operation_id="set_aside_retry", tags=["operations"], request=None, responses=Tried)
    def post(self, request: Request, row_id: UUID) -> Response:
        """Try again now. It failing once more is an answer too: the row stays, with its new reason."""
        http = request._request
        return Response(Tried(try_again(row_id, by=http.member, at=http.at)).data)
