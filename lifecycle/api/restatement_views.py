"""The API's door of restatements: what changed after its period had closed."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from core.http.api import Envelope
from core.http.paging import Cursor
from core.http.requests import ApiRequest
from core.http.viewsets import ApiViewSet
from lifecycle import queries
from lifecycle.actions.restating import restate
from lifecycle.closed_periods import ToldRestatement, restatements_of, told
from lifecycle.models import Restatement


class RestatementSide(serializers.Serializer):
    """What a closing was, or is. All is null or blank where it was not counted."""

    is_counted = serializers.BooleanField(help_text="Whether the closing was there.")
    amount = serializers.DecimalField(16, 2, allow_null=True)
    currency = serializers.CharField()
    owner = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment] # a field of the shape, not of the serializer


class RestatementOut(serializers.Serializer):
    """A later change to what was won or lost in a closed period."""

    kind = serializers.ChoiceField(Restatement.Kind.choices, source="row.kind")
    record = serializers.IntegerField(source="record.number", allow_null=True, default=None)
    stage = serializers.SerializerMethodField()
    closed_at = serializers.DateTimeField(source="row.closed_at")
    period = serializers.DateField(source="row.period", help_text="The first day of its month or quarter.")
    at = serializers.DateTimeField(source="row.at")
    by = serializers.CharField(source="row.by.display_name", allow_null=True, default=None)
    reason = serializers.CharField(source="row.reason")
    file = serializers.IntegerField(
        source="file.number", allow_null=True, default=None, help_text="Number of the import it came with."
    )
    before = RestatementSide()
    after = RestatementSide()

    def get_stage(self, each: ToldRestatement) -> str:
        return f"{each.row.stage.pipeline.key}/{each.row.stage.key}"


class RestatementIn(serializers.Serializer):
    """What the record's last closing was worth, and why that is known only now."""

    amount = serializers.DecimalField(16, 2, min_value=0)
    currency = serializers.CharField(max_length=3, required=False, help_text="Without it, the one it has.")
    reason = serializers.CharField(max_length=500)


class Newest(Cursor):
    """Restatements, newest first."""

    ordering = ("-at", "-id")


class PagesOfRestatements(ApiViewSet):
    """Pages of restatements with names."""

    serializer_class = RestatementOut
    pagination_class = Newest

    def told(self, found: Any) -> Response:
        """A page of them."""
        return self.get_paginated_response(self.shown(told(self.paginate_queryset(found) or []), many=True).data)


@extend_schema(tags=["records"])
class RecordRestatementViewSet(PagesOfRestatements):
    """What was restated of a record's closings."""

    verbs = {"list": "record.read", "create": "record.restate"}

    @extend_schema(operation_id="record_restatements", responses={200: RestatementOut(many=True), 404: Envelope})
    def list(self, request: ApiRequest, number: int) -> Response:
        """Newest first."""
        return self.told(restatements_of(queries.record_numbered(number)))

    @extend_schema(
        operation_id="record_restate",
        request=RestatementIn,
        responses={201: RestatementOut, 404: Envelope, 422: Envelope},
    )
    def create(self, request: ApiRequest, number: int) -> Response:
        """Change the amount of its last closing, whose period is closed; figures of its day are counted again."""
        record = restate(queries.record_numbered(number), **self.given(), by=request.member, at=request.at)
        return self.shown(told(list(restatements_of(record)[:1]))[0], status=201)
