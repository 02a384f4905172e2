"""The imports' door for programs, the way back: look at what an undoing means, then do it."""

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from core.http.api import BoundedJSONParser, Envelope
from core.http.requests import ApiRequest
from core.http.viewsets import ApiViewSet
from imports import queries, undoing
from imports.undo_queries import counts, touched
from lifecycle.models import Import, ImportUndo

MISSING = {403: Envelope, 404: Envelope, 422: Envelope}
MOVED_ON = {**MISSING, 409: Envelope}
JSON = [BoundedJSONParser]


class TouchedRecord(serializers.Serializer):
    """A record that something was built on since; of people and teams the number is 0."""

    number = serializers.IntegerField()
    name = serializers.CharField()
    code = serializers.CharField()
    reason = serializers.CharField()


class UndoCounts(serializers.Serializer):
    """Records: made and changed by the import, built on since; and what became of them so far."""

    created = serializers.IntegerField()
    changed = serializers.IntegerField()
    touched = serializers.IntegerField()
    removed = serializers.IntegerField()
    set_back = serializers.IntegerField()
    left = serializers.IntegerField()
    accounts = serializers.IntegerField()


class UndoShape(serializers.ModelSerializer):
    """An import on its way back. `touched` names the first hundred records that something was built on."""

    counts = serializers.SerializerMethodField()
    touched = serializers.SerializerMethodField()

    class Meta:
        model = ImportUndo
        fields = ("phase", "leaves_touched", "asked_at", "finished_at", "counts", "touched")

    @extend_schema_field(UndoCounts)
    def get_counts(self, undo: ImportUndo) -> dict[str, int]:
        return counts(undo)

    @extend_schema_field(TouchedRecord(many=True))
    def get_touched(self, undo: ImportUndo) -> object:
        return TouchedRecord(touched(undo), many=True).data


class UndoChoice(serializers.Serializer):
    """Whether what was built on since stays as it is; without it, one such record stops the undoing."""

    leaves_touched = serializers.BooleanField(default=False)


class UndoCalls(ApiViewSet):
    """The calls of undoing, for the viewset of imports."""

    @extend_schema(operation_id="imports_undo_read", responses={200: UndoShape, **MISSING})
    @action(detail=True, parser_classes=JSON, serializer_class=UndoShape)
    def undo(self, request: ApiRequest, number: int) -> Response:
        """What it would mean, or how far it is."""
        return self._undo_shown(undoing.undo_of(self._job(request, number)))

    @extend_schema(operation_id="imports_undo_look", request=None, responses={202: UndoShape, **MOVED_ON})
    @undo.mapping.post
    def undo_look(self, request: ApiRequest, number: int) -> Response:
        """Let a worker find what the import wrote and what was built on it. Nothing is undone yet."""
        found = undoing.look(self._job(request, number), by=request.member, at=request.at)
        return self._undo_shown(found, status=202)

    @extend_schema(operation_id="imports_undo_drop", request=None, responses={204: None, **MOVED_ON})
    @undo.mapping.delete
    def undo_drop(self, request: ApiRequest, number: int) -> Response:
        """Keep the import after all, while nothing has been undone."""
        undoing.keep(self._job(request, number), by=request.member, at=request.at)
        return Response(status=204)

    @extend_schema(operation_id="imports_undo", request=UndoChoice, responses={202: UndoShape, **MOVED_ON})
    @action(
        detail=True, methods=["post"], url_path="undo/confirmation", parser_classes=JSON, serializer_class=UndoShape
    )
    def undo_confirmation(self, request: ApiRequest, number: int) -> Response:
        """Undo it: records it made go, others are set back, and `import.undone` says so."""
        chosen = self.given()["leaves_touched"]
        job = self._job(request, number)
        found = undoing.undo(job, leaves_touched=chosen, by=request.member, at=request.at)
        return self._undo_shown(found, status=202)

    def _job(self, request: ApiRequest, number: int) -> Import:
        return queries.import_for(request.member, number)

    def _undo_shown(self, found: ImportUndo, status: int = 200) -> Response:
        return self.shown(found, UndoShape, status=status)
