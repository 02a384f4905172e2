"""The imports' door for programs: a file and its mapping go in, progress and outcome come out."""

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.errors import BadInput
from core.http.api import BoundedJSONParser, Cursor, Envelope
from core.http.incoming import read_json
from core.http.params import body
from imports import queries, starting
from imports.api import serializers as shapes
from imports.csv_reader import MAX_BYTES
from lifecycle.models import Import, Rejection

REFUSED = {403: Envelope, 422: Envelope}
MISSING = {**REFUSED, 404: Envelope}
MOVED_ON = {**MISSING, 409: Envelope}


class NewestFirst(Cursor):
    """Imports by number, the newest first."""

    ordering = ("-number",)


class ByLine(Cursor):
    """Rejections in the order of the file."""

    ordering = ("line", "id")


def _detail(request: Request, job: Import, status: int = 200) -> Response:
    return Response(shapes.ImportDetail(job, context={"request": request}).data, status=status)


class Imports(APIView):
    """All imports, and a new one."""

    verbs = {"GET": "record.import", "POST": "record.import"}
    parser_classes = [MultiPartParser, FormParser]
    pagination_class = NewestFirst  # for the schema: the answer comes in pages

    @extend_schema(operation_id="imports_list", responses={200: shapes.ImportShape(many=True), **REFUSED})
    def get(self, request: Request) -> Response:
        """The imports of this workspace, the newest first."""
        pages = NewestFirst()
        found = Import.objects.select_related("created_by").defer("findings", "mapping")
        rows = pages.paginate_queryset(found, request, view=self)
        return pages.get_paginated_response(shapes.ImportShape(rows, many=True).data)

    @extend_schema(
        operation_id="imports_create",
        request={"multipart/form-data": shapes.NewImport},
        responses={201: shapes.ImportDetail, **REFUSED},
    )
    def post(self, request: Request) -> Response:
        """Send a file. A worker reads it (`state` is `reading`); with a mapping it then starts, without one it waits,
        mapped as guessed. A mapping that does not fit is told in `error`, and the import waits for a better one."""
        asked = body(request, shapes.NewImport)
        file = asked["file"]
        if (file.size or 0) > MAX_BYTES:
            raise BadInput(f"The file is larger than {MAX_BYTES // 2**20} MB.", code="file_too_large", field="file")
        given = read_json(asked["mapping"], "mapping") if asked.get("mapping") else None
        job = starting.upload(
            file_name=file.name or "file",
            content=file.read(),
            asked={
                "target": asked.get("target", ""),
                "mapping": given,
                "start": asked["start"] if "start" in request.data else given is not None,
            },
            by=request.member,
            at=request.at,
        )
        return _detail(request, job, 201)


class ImportByNumber(APIView):
    """One import."""

    verbs = {"GET": "record.import"}

    @extend_schema(operation_id="imports_read", responses={200: shapes.ImportDetail, **MISSING})
    def get(self, request: Request, number: int) -> Response:
        """Its progress, its outcome and its mapping."""
        return _detail(request, queries.import_for(request.member, number))


class ImportMapping(APIView):
    """Where the columns go."""

    verbs = {"PUT": "record.import"}
    parser_classes = [BoundedJSONParser]

    @extend_schema(
        operation_id="imports_map", request=shapes.MappingShape, responses={200: shapes.ImportDetail, **MOVED_ON}
    )
    def put(self, request: Request, number: int) -> Response:
        """Say anew what each column becomes, until the import has started."""
        job = queries.import_for(request.member, number)
        job = starting.map_columns(job, request.data, by=request.member, at=request.at)
        return _detail(request, job)


class ImportStart(APIView):
    """The beginning of the work."""

    verbs = {"POST": "record.import"}

    @extend_schema(operation_id="imports_start", request=None, responses={202: shapes.ImportDetail, **MOVED_ON})
    def post(self, request: Request, number: int) -> Response:
        """Let a worker take it. One that was cancelled or failed goes on where it stopped."""
        job = queries.import_for(request.member, number)
        job = starting.start(job, by=request.member, at=request.at)
        return _detail(request, job, 202)


class ImportCancellation(APIView):
    """The end of the work before its end."""

    verbs = {"POST": "record.import"}

    @extend_schema(operation_id="imports_cancel", request=None, responses={202: shapes.ImportDetail, **MOVED_ON})
    def post(self, request: Request, number: int) -> Response:
        """Stop before the next thousand rows. What came in stays."""
        job = queries.import_for(request.member, number)
        job = starting.cancel(job, by=request.member, at=request.at)
        return _detail(request, job, 202)


class ImportRejections(APIView):
    """The rows that did not come in."""

    verbs = {"GET": "record.import"}
    pagination_class = ByLine

    @extend_schema(operation_id="imports_rejections", responses={200: shapes.RejectionShape(many=True), **MISSING})
    def get(self, request: Request, number: int) -> Response:
        """Each with its line, its reason and what stood there, in the order of the file."""
        job = queries.import_for(request.member, number)
        pages = ByLine()
        rows = pages.paginate_queryset(Rejection.objects.filter(of=job), request, view=self)
        return pages.get_paginated_response(shapes.RejectionShape(rows, many=True).data)


class ImportRejectionsFile(APIView):
    """The same as a file."""

    verbs = {"GET": "record.import"}

    @extend_schema(
        operation_id="imports_rejections_file",
        responses={(200, "text/csv"): OpenApiResponse(str, description="CSV"), **MISSING},
    )
    def get(self, request: Request, number: int) -> HttpResponse:
        """All rejections as CSV, to correct and send again."""
        job = queries.import_for(request.member, number)
        return HttpResponse("".join(queries.rejections_csv(job)), content_type="text/csv; charset=utf-8")
