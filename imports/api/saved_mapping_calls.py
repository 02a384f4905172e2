"""The API's door to saved mappings."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response

from core.http.api import BoundedJSONParser, Envelope
from core.http.requests import ApiRequest
from core.http.viewsets import ApiViewSet
from imports import queries
from imports.api import serializers as shapes
from imports.saved_mappings import LONGEST_NAME, forget_mapping, save_mapping, saved_mappings
from lifecycle.models import SavedMapping

REFUSED = {403: Envelope, 422: Envelope}
MISSING = {**REFUSED, 404: Envelope}


class MappingToSave(serializers.Serializer):
    """The import whose mapping is kept, and the name it is kept under."""

    number = serializers.IntegerField(min_value=1, help_text="The number of the import.")
    name = serializers.CharField(max_length=LONGEST_NAME)


class SavedMappingShape(serializers.ModelSerializer):
    """A mapping under a name."""

    mapping = serializers.SerializerMethodField()
    saved_by = serializers.CharField(source="saved_by.name")

    class Meta:
        model = SavedMapping
        fields = ("id", "name", "mapping", "saved_by", "saved_at")

    @extend_schema_field(shapes.MappingShape)
    def get_mapping(self, saved: SavedMapping) -> Any:
        return saved.mapping


class SavedMappingViewSet(ApiViewSet):
    """Mappings under a name, proposed for files with the same header."""

    verbs = dict.fromkeys(("list", "create", "destroy"), "record.import")
    parser_classes = [BoundedJSONParser]
    serializer_class = SavedMappingShape
    lookup_url_kwarg, lookup_value_converter = "saved_id", "uuid"

    @extend_schema(operation_id="saved_mappings_list", responses={200: SavedMappingShape(many=True), **REFUSED})
    def list(self, request: ApiRequest) -> Response:
        """All of them, by name."""
        return self.shown(saved_mappings(request.member), many=True)

    @extend_schema(
        operation_id="saved_mappings_create",
        request=MappingToSave,
        responses={201: SavedMappingShape, 409: Envelope, **MISSING},
    )
    def create(self, request: ApiRequest) -> Response:
        """Keep the mapping of an import under a name. One of that name is replaced."""
        asked = self.given()
        job = queries.import_for(request.member, asked["number"])
        saved = save_mapping(job, asked["name"], by=request.member, at=request.at)
        return self.shown(saved, status=201)

    @extend_schema(operation_id="saved_mappings_forget", responses={204: None, **MISSING})
    def destroy(self, request: ApiRequest, saved_id: UUID) -> Response:
        """Propose it no longer."""
        forget_mapping(saved_id, by=request.member, at=request.at)
        return Response(status=204)
