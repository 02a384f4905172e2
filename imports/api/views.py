"""The imports' door for programs: a file and its mapping go in, progress and outcome come out."""

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.response import Response

from blueprint.documents import blueprint_of
from core.bounds import read_json
from core.errors import WorldMovedOn
from core.http.api import BoundedJSONParser, Envelope
from core.http.growing import GrowingFile
from core.http.paging import Cursor
from core.http.requests import ApiRequest
from imports import queries, starting
from imports.api import serializers as shapes
from imports.api.outcome_shapes import TrialShape
from imports.api.undo_calls import UndoCalls
from imports.encodings import choose_encoding
from imports.file_text import check_size
from imports.mapping import read as read_mapping
from imports.trial import Trial, try_rows
from imports.workbooks import choose_sheet
from lifecycle.models import Import, Rejection

REFUSED = {403: Envelope, 422: Envelope}
MISSING = {**REFUSED, 404: Envelope}
MOVED_ON = {**MISSING, 409: Envelope}
JSON = [BoundedJSONParser]


class NewestFirst(Cursor):
    """Imports by number, the newest first."""

    ordering = ("-number",)


class ByLine(Cursor):
    """Rejections in the order of the file."""

    ordering = ("line", "id")


class ImportViewSet(UndoCalls):
    """Imports of files."""

    verbs = dict.fromkeys(
        (
            "list",
            "create",
            "retrieve",
            "mapping",
            "sheet",
            "encoding",
            "start",
            "trial",
            "cancellation",
            "undo",
            "undo_look",
            "undo_drop",
            "undo_confirmation",
            "rejections",
            "rejections_file",
        ),  # fmt: skip
        "record.import",
    )
    parser_classes = [MultiPartParser, FormParser]
    serializer_class = shapes.ImportDetail
    pagination_class = NewestFirst
    lookup_url_kwarg, lookup_value_converter = "number", "int"

    @extend_schema(operation_id="imports_list", responses={200: shapes.ImportShape(many=True), **REFUSED})
    def list(self, request: ApiRequest) -> Response:
        """The imports of this workspace, the newest first."""
        return self.paged(Import.objects.select_related("created_by").defer("findings", "mapping"), shapes.ImportShape)

    @extend_schema(
        operation_id="imports_create",
        request={"multipart/form-data": shapes.NewImport},
        responses={201: shapes.ImportDetail, **REFUSED},
    )
    def create(self, request: ApiRequest) -> Response:
        """Send a file. A worker reads it (`state` is `reading`); with a mapping it then starts, without one it waits,
        mapped as guessed. A mapping that does not fit is told in `error`, and the import waits for a better one."""
        asked = self.given()
        file = asked["file"]
        check_size(file.size or 0)
        mapping = read_json(asked["mapping"], "mapping") if asked.get("mapping") else None
        start = asked["start"] if "start" in request.data else mapping is not None
        job = starting.upload(
            file_name=file.name or "file",
            content=file.read(),
            asked={
                "target": asked.get("target", ""),
                "sheet": asked.get("sheet", ""),
                "mapping": mapping,
                "start": start,
                "corrects": asked.get("corrects"),
            },
            by=request.member,
            at=request.at,
        )
        return self.shown(job, status=201)

    @extend_schema(operation_id="imports_read", responses={200: shapes.ImportDetail, **MISSING})
    def retrieve(self, request: ApiRequest, number: int) -> Response:
        """Its progress, its outcome and its mapping."""
        return self.shown(queries.import_for(request.member, number))

    @extend_schema(
        operation_id="imports_map", request=shapes.MappingShape, responses={200: shapes.ImportDetail, **MOVED_ON}
    )
    @action(detail=True, methods=["put"], parser_classes=JSON)
    def mapping(self, request: ApiRequest, number: int) -> Response:
        """Say anew what each column becomes, until the import has started."""
        job = queries.import_for(request.member, number)
        return self.shown(starting.map_columns(job, request.data, by=request.member, at=request.at))

    @extend_schema(
        operation_id="imports_choose_sheet",
        request=shapes.ChosenSheet,
        responses={202: shapes.ImportDetail, **MOVED_ON},
    )
    @action(detail=True, methods=["put"], parser_classes=JSON, serializer_class=shapes.ChosenSheet)
    def sheet(self, request: ApiRequest, number: int) -> Response:
        """Read another sheet of a workbook; its columns are then guessed anew."""
        job = queries.import_for(request.member, number)
        job = choose_sheet(job, self.given()["sheet"], by=request.member, at=request.at)
        return self.shown(job, shapes.ImportDetail, status=202)

    @extend_schema(
        operation_id="imports_choose_encoding",
        request=shapes.ChosenEncoding,
        responses={202: shapes.ImportDetail, **MOVED_ON},
    )
    @action(detail=True, methods=["put"], parser_classes=JSON, serializer_class=shapes.ChosenEncoding)
    def encoding(self, request: ApiRequest, number: int) -> Response:
        """Read the file in another encoding; its columns are then guessed anew."""
        job = queries.import_for(request.member, number)
        job = choose_encoding(job, self.given()["encoding"], by=request.member, at=request.at)
        return self.shown(job, shapes.ImportDetail, status=202)

    @extend_schema(operation_id="imports_trial", request=None, responses={200: TrialShape, **MOVED_ON})
    @action(detail=True, methods=["post"], parser_classes=JSON)
    def trial(self, request: ApiRequest, number: int) -> Response:
        """What would become of the first rows by the mapping as it is. Nothing is kept of it."""
        job = queries.import_for(request.member, number)
        if job.state != Import.State.MAPPING:
            raise WorldMovedOn("Only an import that waits for its mapping can be tried.", code="already_started")
        lifecycle = blueprint_of(request.workspace)
        checked = read_mapping(job.mapping, job.findings, lifecycle)
        tried = try_rows(job, checked, lifecycle, request.workspace, request.at)
        return Response(TrialShape(tried or Trial()).data)

    @extend_schema(operation_id="imports_start", request=None, responses={202: shapes.ImportDetail, **MOVED_ON})
    @action(detail=True, methods=["post"], parser_classes=JSON)
    def start(self, request: ApiRequest, number: int) -> Response:
        """Let a worker take it. One that was cancelled or failed goes on where it stopped."""
        job = queries.import_for(request.member, number)
        return self.shown(starting.start(job, by=request.member, at=request.at), status=202)

    @extend_schema(operation_id="imports_cancel", request=None, responses={202: shapes.ImportDetail, **MOVED_ON})
    @action(detail=True, methods=["post"], parser_classes=JSON)
    def cancellation(self, request: ApiRequest, number: int) -> Response:
        """Stop before the next thousand rows. What came in stays."""
        job = queries.import_for(request.member, number)
        return self.shown(starting.cancel(job, by=request.member, at=request.at), status=202)

    @extend_schema(operation_id="imports_rejections", responses={200: shapes.RejectionShape(many=True), **MISSING})
    @action(detail=True, pagination_class=ByLine)
    def rejections(self, request: ApiRequest, number: int) -> Response:
        """Each with its line, its reason and what stood there, in the order of the file."""
        job = queries.import_for(request.member, number)
        return self.paged(Rejection.objects.filter(of=job), shapes.RejectionShape)

    @extend_schema(
        operation_id="imports_rejections_file",
        responses={(200, "text/csv"): OpenApiResponse(str, description="CSV"), **MISSING},
    )
    @action(detail=True, url_path="rejections.csv")
    def rejections_file(self, request: ApiRequest, number: int) -> GrowingFile:
        """All rejections as CSV, to correct and send again."""
        job = queries.import_for(request.member, number)
        return GrowingFile(request, "rejections", lambda: queries.rejections_csv(job))
