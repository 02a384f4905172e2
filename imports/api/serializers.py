"""The shapes of the imports' API: a file with its mapping on the way in, progress and outcome on the way out."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from blueprint.documents import blueprint_of
from imports import destinations as targets
from imports import mapping as mappings
from imports import queries
from imports.api.outcome_shapes import Outcomes
from imports.encodings import WORDS
from imports.preview import preview
from imports.workbooks import sheets_of
from lifecycle.models import Import, Rejection

SHOWN_CELL = 2_000


class MappedColumn(serializers.Serializer):
    """Where one column goes, what its cells are, and how they are written."""

    to = serializers.CharField()
    type = serializers.CharField(required=False)
    format = serializers.CharField(required=False)
    blanks = serializers.ListField(child=serializers.CharField(), required=False)


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
    refused = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="Values whose rows are rejected, by column.",
    )
    blanks = serializers.ListField(child=serializers.CharField(), required=False)
    dates = DateTerms(required=False)
    on_repeat = serializers.ChoiceField(choices=mappings.ON_REPEAT, required=False)
    unknown_owner = serializers.ChoiceField(choices=mappings.UNKNOWN_OWNER, required=False)
    unknown_record = serializers.ChoiceField(choices=mappings.UNKNOWN_RECORD, required=False)
    unknown_origin = serializers.ChoiceField(choices=mappings.UNKNOWN_ORIGIN, required=False)
    unable_owner = serializers.ChoiceField(choices=mappings.UNABLE_OWNER, required=False)
    owner_instead = serializers.CharField(required=False, allow_blank=True, help_text="With `give`: who gets them.")
    history = serializers.BooleanField(required=False)
    known_dates = serializers.ChoiceField(choices=mappings.KNOWN_DATES, required=False)
    impossible_dates = serializers.ChoiceField(choices=mappings.IMPOSSIBLE_DATES, required=False)
    as_of = serializers.DateField(required=False, allow_null=True)
    currency = serializers.CharField(required=False, allow_blank=True)
    team_function = serializers.CharField(required=False)


class NewImport(serializers.Serializer):
    """A file, and its mapping as JSON text. Without one the import waits, mapped as guessed."""

    file = serializers.FileField()
    mapping = serializers.CharField(required=False)
    target = serializers.ChoiceField(choices=targets.TARGETS, required=False)
    sheet = serializers.CharField(
        required=False, help_text="Of a workbook; the first visible one with rows unless told."
    )
    start = serializers.BooleanField(required=False, help_text="Begin at once; true when a mapping is given.")
    corrects = serializers.IntegerField(
        required=False, min_value=1, help_text="The import whose rejected rows this file brings back, corrected."
    )


class WorkbookSheet(serializers.Serializer):
    """One sheet of a workbook."""

    name = serializers.CharField()
    is_hidden = serializers.BooleanField()
    is_chosen = serializers.BooleanField()


class ChosenSheet(serializers.Serializer):
    """The sheet to read instead."""

    sheet = serializers.CharField()


class ChosenEncoding(serializers.Serializer):
    """The encoding to read the file in."""

    encoding = serializers.ChoiceField(choices=tuple(WORDS))


class ImportShape(serializers.ModelSerializer):
    """An import and how far it has come. `done` = created + updated + unchanged + rejected."""

    created_by = serializers.CharField(source="created_by.name")
    total = serializers.IntegerField(source="total_rows")
    done = serializers.IntegerField(source="done_rows")
    created = serializers.IntegerField(source="created_count")
    updated = serializers.IntegerField(source="updated_count")
    unchanged = serializers.IntegerField(source="unchanged_count")
    rejected = serializers.IntegerField(source="rejected_count")
    corrects = serializers.IntegerField(
        source="asked.corrects",
        read_only=True,
        default=None,
        allow_null=True,
        help_text="The import whose rejected rows this file brings back.",
    )

    class Meta:
        model = Import
        fields: tuple[str, ...] = (
            "number", "state", "target", "file_name", "total", "done", "created", "updated", "unchanged", "rejected",
            "read_ratio", "error", "created_by", "created_at", "started_at", "finished_at", "cancel_asked_at",
            "corrects",
        )  # fmt: skip


class FoundColumn(serializers.Serializer):
    """One column as the file holds it."""

    header = serializers.CharField()
    type = serializers.CharField()
    filled = serializers.IntegerField(help_text="Rows in which it is not blank.")
    distinct = serializers.IntegerField()
    samples = serializers.ListField(child=serializers.CharField())
    look_alikes = serializers.ListField(
        child=serializers.JSONField(), help_text="Values that differ only in case, blanks or punctuation, with counts."
    )


class ImportDetail(Outcomes, ImportShape):
    """The same with its mapping, what the file's columns hold, and why rows were rejected."""

    mapping = serializers.SerializerMethodField()
    columns = FoundColumn(many=True, source="findings.columns", read_only=True, default=list)
    repeats = serializers.DictField(
        child=serializers.IntegerField(), source="findings.repeats", read_only=True, default=dict
    )
    reasons = serializers.SerializerMethodField()
    warnings = serializers.SerializerMethodField()
    sheets = serializers.SerializerMethodField()
    encoding = serializers.CharField(
        source="findings.encoding", read_only=True, default="", help_text="How the file is read; blank until it was."
    )

    class Meta(ImportShape.Meta):
        fields = (
            *ImportShape.Meta.fields,
            "mapping",
            "columns",
            "repeats",
            "reasons",
            "warnings",
            "sheets",
            "encoding",
            "column_outcomes",
            "further_on",
            "set_aside",
            "unknown_origins",
            "other_origins",
            "shared_leads",
            "kept_closed",
        )

    @extend_schema_field(MappingShape(allow_null=True))
    def get_mapping(self, job: Import) -> Any:
        """None until the file has been read."""
        return job.mapping or None

    @extend_schema_field(WorkbookSheet(many=True))
    def get_sheets(self, job: Import) -> Any:
        """Of a workbook, while another can be chosen."""
        return sheets_of(job)

    @extend_schema_field(serializers.DictField(child=serializers.IntegerField()))
    def get_reasons(self, job: Import) -> Any:
        return dict(queries.reasons(job)) if job.rejected_count else {}

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_warnings(self, job: Import) -> Any:
        """What to know before it starts."""
        request = self.context["request"]._request
        if job.state != Import.State.MAPPING:
            return []
        lifecycle = blueprint_of(request.workspace)
        try:
            checked = mappings.read(job.mapping, job.findings, lifecycle)
        except mappings.BadMapping as outdated:
            return [outdated.detail]
        return preview(job.findings, checked, lifecycle, request.workspace, request.at)["warnings"]


class RejectionShape(serializers.ModelSerializer):
    """A row that did not come in, as it stood in the file; `rejections.csv` has long cells whole."""

    row = serializers.SerializerMethodField()

    class Meta:
        model = Rejection
        fields = ("line", "code", "field", "detail", "row")

    @extend_schema_field(serializers.DictField(child=serializers.CharField()))
    def get_row(self, rejection: Rejection) -> Any:
        """Its cells by their headers."""
        return {header: str(cell)[:SHOWN_CELL] for header, cell in rejection.row.items()}
