"""Files on their way in. Rows in = created + updated + unchanged + rejected, always."""

from django.db import models
from django.utils import timezone

from core.people.models import Member
from core.tenancy.walls import HeldModel, TenantKey, TenantModel
from lifecycle.models.records import facts, text


class Import(TenantModel):
    """One file, its mapping, and how far it has come.

    `target`: leads, opportunities, customers, accounts, people. `mapping` is described in `imports.mapping`,
    `findings` (what the file holds) in `imports.profiling`.
    """

    class State(models.TextChoices):
        READING = "reading", "Being read"
        MAPPING = "mapping", "Waiting for its mapping"
        WAITING = "waiting", "Waiting to run"
        RUNNING = "running", "Running"
        FINISHED = "finished", "Finished"
        CANCELLED = "cancelled", "Cancelled"
        FAILED = "failed", "Failed"
        UNDOING = "undoing", "Being undone"
        UNDONE = "undone", "Undone"

    number = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.MAPPING)
    target = models.CharField(max_length=15)
    file_name = models.CharField(max_length=255)
    mapping = facts()
    findings = facts()
    asked = facts()  # what came with the file: its target, a mapping, whether to start; read once the file has been
    read_ratio = models.FloatField(default=0)
    total_rows = models.PositiveIntegerField(default=0)
    done_rows = models.PositiveIntegerField(default=0)
    created_count = models.PositiveIntegerField(default=0)
    updated_count = models.PositiveIntegerField(default=0)
    unchanged_count = models.PositiveIntegerField(default=0)
    rejected_count = models.PositiveIntegerField(default=0)
    error = text(500)
    created_by = TenantKey(Member, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    waiting_since = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    cancel_asked_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "number"], name="import_number"),
            models.CheckConstraint(
                condition=models.Q(
                    done_rows=models.F("created_count")
                    + models.F("updated_count")
                    + models.F("unchanged_count")
                    + models.F("rejected_count")
                ),
                name="import_accounts_for_every_row",
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "created_at"],
                condition=models.Q(state__in=["reading", "waiting", "running", "undoing"]),
                name="import_waiting",
            )
        ]


class ImportFile(TenantModel):
    """The file itself, kept in the database so that any worker on any machine can go on with it."""

    of = TenantKey(Import, related_name="files")
    content = models.BinaryField()
    workbook = models.BinaryField(null=True)  # where `content` is a sheet of it, what was uploaded

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "of"], name="import_file_once")]


class StagedRows(HeldModel):
    """Rows of a file that wait to come in, read already; `first` is the place of the first of them. The table is
    unlogged: after a crash of the server it is empty, and the file is read again."""

    of = TenantKey(Import, related_name="+")
    first = models.PositiveIntegerField()
    is_last = models.BooleanField()
    content = models.BinaryField()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "of", "first"], name="staged_rows_once")]


class SavedMapping(TenantModel):
    """A mapping under a name, proposed for files with the same header: `header_key` is a sum of the header's names."""

    name = models.CharField(max_length=80)
    header_key = models.CharField(max_length=32)
    mapping = models.JSONField()
    saved_by = TenantKey(Member, related_name="+")
    saved_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="saved_mapping_name")]
        indexes = [models.Index(fields=["workspace", "header_key"], name="saved_mapping_header")]


class Rejection(TenantModel):
    """An incoming row that did not become a record, kept with its reason."""

    of = TenantKey(Import, null=True, blank=True, related_name="rejections")
    line = models.PositiveIntegerField()
    code = models.CharField(max_length=60)
    field = text(120)
    detail = models.CharField(max_length=500)
    row = models.JSONField()
    at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["workspace", "of", "line"], name="rejection_of_import")]
