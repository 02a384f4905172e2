"""The imports' door for programs: a file and its mapping go in, progress and outcome come out."""

import json
from typing import Any

from django.http import HttpResponse
from django.urls import path
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from lifecycle.blueprint import lifecycle_of
from lifecycle.imports import mapping as mappings
from lifecycle.imports import queries, starting, targets
from lifecycle.imports.preview import preview
from lifecycle.imports.reading import MAX_BYTES
from lifecycle.models import Import, Rejection
from revops.api import BoundedJSONParser, Cursor, Envelope, check_bounds
from revops.errors import BadInput

REFUSED = {403: Envelope, 422: Envelope}
MISSING = {**REFUSED, 404: Envelope}
MOVED_ON = {**MISSING, 409: Envelope}


class MappedColumn(serializers.Serializer):
    """Where one column goes, what its cells are, and how they are written."""

    to = serializers.CharField()
    type = serializers.CharField(required=False)
    format = serializers.CharField(required=False)


class DateTerms(serializers.Serializer):
    """How times in the file are to be understood."""

    time_zone = serializers.CharField(required=False, allow_blank=True)


class MappingShape(serializers.Serializer):
    """What each column becomes; see docs/importing.md."""

    target = serializers.ChoiceField(choices=targets.TARGETS)
    pipeline = serializers.CharField(required=False, allow_blank=True)
    system = serializers.CharField(required=False)
    columns = serializers.DictField(child=MappedColumn())
    values = serializers.DictField(child=serializers.DictField(child=serializers.CharField()), required=False)
    blanks = serializers.ListField(child=serializers.CharField(), required=False)
    dates = DateTerms(required=False)
    on_repeat = serializers.ChoiceField(choices=mappings.ON_REPEAT, required=False)
    unknown_owner = serializers.ChoiceField(choices=mappings.UNKNOWN_OWNER, required=False)
    history = serializers.BooleanField(required=False)
    as_of = serializers.DateField(required=False, allow_null=True)
    currency = serializers.CharField(required=False, allow_blank=True)
    team_function = serializers.CharField(required=False)


class NewImport(serializers.Serializer):
    """A file, and its mapping as JSON text. Without one the import waits, mapped as guessed."""

    file = serializers.FileField()
    mapping = serializers.CharField(required=False)
    target = serializers.ChoiceField(choices=targets.TARGETS, required=False)
    start = serializers.BooleanField(required=False, help_text="Begin at once; true when a mapping is given.")


class ImportShape(serializers.ModelSerializer):
    """An import and how far it has come. `done` = created + updated + unchanged + rejected."""

    created_by = serializers.CharField(source="created_by.name")
    total = serializers.IntegerField(source="total_rows")
    done = serializers.IntegerField(source="done_rows")
    created = serializers.IntegerField(source="created_count")
    updated = serializers.IntegerField(source="updated_count")
    unchanged = serializers.IntegerField(source="unchanged_count")
    rejected = serializers.IntegerField(source="rejected_count")

    class Meta:
        model = Import
        fields = (
            "number", "state", "target", "file_name", "total", "done", "created", "updated", "unchanged", "rejected",
            "error", "created_by", "created_at", "started_at", "finished_at", "cancel_asked_at",
        )  # fmt: skip


class ImportDetail(ImportShape):
    """The same with its mapping, what the file's columns hold, and why rows were rejected."""

    mapping = serializers.SerializerMethodField()
    columns = serializers.SerializerMethodField()
    repeats = serializers.SerializerMethodField()
    reasons = serializers.SerializerMethodField()
    warnings = serializers.SerializerMethodField()

    class Meta(ImportShape.Meta):
        fields = (*ImportShape.Meta.fields, "mapping", "columns", "repeats", "reasons", "warnings")

    @extend_schema_field(MappingShape)
    def get_mapping(self, job: Import) -> Any:
        return job.mapping

    @extend_schema_field(serializers.ListField(child=serializers.DictField()))
    def get_columns(self, job: Import) -> Any:
        kept = ("header", "type", "filled", "distinct", "samples", "look_alikes")
        return [{key: column[key] for key in kept} for column in job.findings.get("columns", [])]

    @extend_schema_field(serializers.DictField(child=serializers.IntegerField()))
    def get_repeats(self, job: Import) -> Any:
        return job.findings.get("repeats", {})

    @extend_schema_field(serializers.DictField(child=serializers.IntegerField()))
    def get_reasons(self, job: Import) -> Any:
        return dict(queries.reasons(job)) if job.rejected_count else {}

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_warnings(self, job: Import) -> Any:
        """What to know before it starts."""
        request = self.context["request"]._request
        if job.state != Import.State.MAPPING:
            return []
        lifecycle = lifecycle_of(request.workspace)
        try:
            checked = mappings.read(job.mapping, job.findings, lifecycle)
        except mappings.BadMapping as outdated:
            return [outdated.detail]
        return preview(job.findings, checked, lifecycle, request.workspace, request.at).warnings


class RejectionShape(serializers.ModelSerializer):
    """A row that did not come in, as it stood in the file."""

    row = serializers.DictField()

    class Meta:
        model = Rejection
        fields = ("line", "code", "field", "detail", "row")


class NewestFirst(Cursor):
    """Imports by number, the newest first."""

    ordering = ("-number",)


class ByLine(Cursor):
    """Rejections in the order of the file."""

    ordering = ("line", "id")


def _detail(request: Request, job: Import, status: int = 200) -> Response:
    return Response(ImportDetail(job, context={"request": request}).data, status=status)


class Imports(APIView):
    """All imports, and a new one."""

    verbs = {"GET": "record.import", "POST": "record.import"}
    parser_classes = [MultiPartParser, FormParser]
    pagination_class = NewestFirst  # for the schema: the answer comes in pages

    @extend_schema(operation_id="imports_list", responses={200: ImportShape(many=True), **REFUSED})
    def get(self, request: Request) -> Response:
        """The imports of this workspace, the newest first."""
        pages = NewestFirst()
        found = Import.objects.select_related("created_by").defer("findings", "mapping")
        rows = pages.paginate_queryset(found, request, view=self)
        return pages.get_paginated_response(ImportShape(rows, many=True).data)

    @extend_schema(
        operation_id="imports_create",
        request={"multipart/form-data": NewImport},
        responses={201: ImportDetail, **REFUSED},
    )
    def post(self, request: Request) -> Response:
        """Send a file. With a mapping it starts at once; without one it waits, mapped as guessed."""
        shape = NewImport(data=request.data)
        shape.is_valid(raise_exception=True)
        file = shape.validated_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise BadInput(f"The file is larger than {MAX_BYTES // 2**20} MB.", code="file_too_large", field="file")
        given = _json(shape.validated_data.get("mapping"))
        by, at = request._request.member, request._request.at
        job = starting.receive(
            file_name=file.name or "file",
            content=file.read(),
            target=shape.validated_data.get("target", ""),
            given=given,
            by=by,
            at=at,
        )
        if shape.validated_data["start"] if "start" in request.data else given is not None:
            job = starting.start(job, by=by, at=at)
        return _detail(request, job, 201)


def _json(text: str | None) -> Any:
    """The mapping out of its form field."""
    if not text:
        return None
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as broken:
        raise BadInput(
            f"The mapping is not valid JSON: {str(broken)[:200]}", code="bad_json", field="mapping"
        ) from None
    check_bounds(given, "mapping")
    return given


class ImportByNumber(APIView):
    """One import."""

    verbs = {"GET": "record.import"}

    @extend_schema(operation_id="imports_read", responses={200: ImportDetail, **MISSING})
    def get(self, request: Request, number: int) -> Response:
        """Its progress, its outcome and its mapping."""
        return _detail(request, queries.import_for(request._request.member, number))


class ImportMapping(APIView):
    """Where the columns go."""

    verbs = {"PUT": "record.import"}
    parser_classes = [BoundedJSONParser]

    @extend_schema(operation_id="imports_map", request=MappingShape, responses={200: ImportDetail, **MOVED_ON})
    def put(self, request: Request, number: int) -> Response:
        """Say anew what each column becomes, until the import has started."""
        member = request._request.member
        job = queries.import_for(member, number)
        job = starting.map_columns(job, request.data, by=member, at=request._request.at)
        return _detail(request, job)


class ImportStart(APIView):
    """The beginning of the work."""

    verbs = {"POST": "record.import"}

    @extend_schema(operation_id="imports_start", request=None, responses={202: ImportDetail, **MOVED_ON})
    def post(self, request: Request, number: int) -> Response:
        """Let a worker take it. One that was cancelled or failed goes on where it stopped."""
        member = request._request.member
        job = starting.start(queries.import_for(member, number), by=member, at=request._request.at)
        return _detail(request, job, 202)


class ImportCancellation(APIView):
    """The end of the work before its end."""

    verbs = {"POST": "record.import"}

    @extend_schema(operation_id="imports_cancel", request=None, responses={202: ImportDetail, **MOVED_ON})
    def post(self, request: Request, number: int) -> Response:
        """Stop before the next thousand rows. What came in stays."""
        member = request._request.member
        job = starting.cancel(queries.import_for(member, number), by=member, at=request._request.at)
        return _detail(request, job, 202)


class ImportRejections(APIView):
    """The rows that did not come in."""

    verbs = {"GET": "record.import"}
    pagination_class = ByLine

    @extend_schema(operation_id="imports_rejections", responses={200: RejectionShape(many=True), **MISSING})
    def get(self, request: Request, number: int) -> Response:
        """Each with its line, its reason and what stood there, in the order of the file."""
        job = queries.import_for(request._request.member, number)
        pages = ByLine()
        rows = pages.paginate_queryset(Rejection.objects.filter(of=job), request, view=self)
        return pages.get_paginated_response(RejectionShape(rows, many=True).data)


class ImportRejectionsFile(APIView):
    """The same as a file."""

    verbs = {"GET": "record.import"}

    @extend_schema(
        operation_id="imports_rejections_file",
        responses={(200, "text/csv"): OpenApiResponse(str, description="CSV"), **MISSING},
    )
    def get(self, request: Request, number: int) -> HttpResponse:
        """All rejections as CSV, to correct and send again."""
        job = queries.import_for(request._request.member, number)
        return HttpResponse("".join(queries.rejections_csv(job)), content_type="text/csv; charset=utf-8")


urlpatterns = [
    path("imports", Imports.as_view(), name="imports"),
    path("imports/<int:number>", ImportByNumber.as_view(), name="import"),
    path("imports/<int:number>/mapping", ImportMapping.as_view(), name="import_mapping"),
    path("imports/<int:number>/start", ImportStart.as_view(), name="import_start"),
    path("imports/<int:number>/cancellation", ImportCancellation.as_view(), name="import_cancellation"),
    path("imports/<int:number>/rejections", ImportRejections.as_view(), name="import_rejections"),
    path("imports/<int:number>/rejections.csv", ImportRejectionsFile.as_view(), name="import_rejections_file"),
]
