"""The pages of imports: choose a file, say what its columns are, watch it come in."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import slugify
from django.views import View

from blueprint.documents import blueprint_of
from core.bounds import whole
from core.errors import BadInput, Refusal, WorldMovedOn
from core.http.growing import GrowingFile
from core.http.requests import WorkspaceRequest
from core.http.web import is_partial, page
from core.people.permissions import permit
from imports import destinations as targets
from imports import guessing, queries, starting
from imports import mapping as mappings
from imports.column_report import column_report
from imports.encodings import encodings_of
from imports.file_text import MAX_BYTES, check_size
from imports.further_on import further_on
from imports.mapping_page import board, from_form
from imports.preview import preview
from imports.saved_mappings import save_mapping, saved_for, saved_mappings
from imports.trial import try_rows
from imports.undoing import may_be_undone
from imports.workbooks import sheets_of
from lifecycle.models import Import

State = Import.State
TARGET_WORDS = (
    ("", "Find out from the file", "Headers usually tell"),
    ("leads", "Leads", "People or companies who showed interest"),
    ("opportunities", "Opportunities", "Deals, open or closed"),
    ("customers", "Customers", "In onboarding, live or up for renewal"),
    ("accounts", "Accounts", "Companies the records belong to"),
    ("people", "People and teams", "Who works on records, and who leads them"),
    ("events", "Stages over time", "A row for each stage that a record entered"),
)
STARTED = (State.WAITING, State.RUNNING, State.FINISHED)


class Imports(View):
    """The list, and the way in for a new file."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        return self._page(request)

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "record.import")
        file = request.FILES.get("file")
        try:
            if file is None:
                raise BadInput("Choose a file first.", code="no_file", field="file")
            check_size(file.size or 0)
            job = starting.upload(
                file_name=file.name or "file",
                content=file.read(),
                asked=self._asked(request),
                by=request.member,
                at=request.at,
            )
        except BadInput as refusal:
            return self._page(request, refusal)
        return redirect("imports:import", request.workspace.slug, job.number)

    def _asked(self, request: WorkspaceRequest) -> dict[str, Any]:
        """What is said of the file: what it holds, and the import whose rows it brings back. Raises BadInput."""
        corrects = request.POST.get("corrects", "")
        return {"target": request.POST.get("target", ""), "corrects": whole(corrects, "corrects") if corrects else None}

    def _page(self, request: WorkspaceRequest, refusal: Refusal | None = None) -> HttpResponse:
        context = {
            "imports": queries.imports(request.member),
            "targets": TARGET_WORDS,
            "saved": saved_mappings(request.member),
            "refusal": refusal,
            "most_mb": MAX_BYTES // 2**20,
        }
        return page(request, "imports/imports.html", context, status=refusal.status if refusal else 200)


class ImportPage(View):
    """One import: its mapping until it starts, then its progress and outcome."""

    def get(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        job = queries.import_for(request.member, number)
        if job.state == State.MAPPING:
            return _mapping_page(request, job)
        return page(request, "imports/import.html", _outcome(request, job))


class MappingPage(View):
    """What the columns are: guessed anew, tried in the preview, or settled and started."""

    def post(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        job = queries.import_for(request.member, number)
        if not job.findings:
            raise WorldMovedOn("The file has not been read yet.", code="still_reading")
        lifecycle = blueprint_of(request.workspace)
        if request.POST.get("do") == "guess":
            target = request.POST.get("target", "")
            given = guessing.guess(
                job.findings,
                lifecycle,
                file_name=job.file_name,
                target=target if target in targets.TARGETS else "",
                time_zone=request.workspace.time_zone,
            )
            starting.map_columns(job, given, by=request.member, at=request.at)
            return redirect("imports:import", request.workspace.slug, number)
        if request.POST.get("do") == "use":
            chosen = [each for each in saved_for(job) if str(each.pk) == request.POST.get("saved")]
            for saved in chosen:
                starting.map_columns(job, saved.mapping, by=request.member, at=request.at)
            return redirect("imports:import", request.workspace.slug, number)
        given = from_form(request.POST, job, lifecycle)
        try:
            job = starting.map_columns(job, given, by=request.member, at=request.at)
            if request.POST.get("do") == "start":
                starting.start(job, by=request.member, at=request.at)
            if request.POST.get("do") == "save":
                saved = save_mapping(job, request.POST.get("save_as", ""), by=request.member, at=request.at)
                messages.success(request, f"Saved as “{saved.name}”: files with this header are mapped so from now on.")
        except BadInput as refusal:
            return _mapping_page(request, job, refusal=refusal, given=given)
        except WorldMovedOn:
            if is_partial(request):
                return _there(request, job)  # a preview that was still on its way when somebody started the import
            if request.POST.get("do") != "start" or job.state not in STARTED:
                raise  # a button pressed twice is answered like one pressed once
        if request.POST.get("do") in ("start", "save"):
            return redirect("imports:import", request.workspace.slug, number)
        return _mapping_page(request, job)


class Start(View):
    """Go on with an import that was cancelled or failed."""

    def post(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        job = queries.import_for(request.member, number)
        starting.start(job, by=request.member, at=request.at)
        return redirect("imports:import", request.workspace.slug, number)


class Cancellation(View):
    """Stop before the next thousand rows."""

    def post(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        job = queries.import_for(request.member, number)
        starting.cancel(job, by=request.member, at=request.at)
        messages.info(request, "The import stops after the rows it is working on. What came in stays.")
        return redirect("imports:import", request.workspace.slug, number)


class Progress(View):
    """The moving part of the page, asked for every second while there is something to see."""

    def get(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        job = queries.import_for(request.member, number)
        if not is_partial(request):
            return redirect("imports:import", request.workspace.slug, number)
        if job.state == State.MAPPING:  # it has been read: the mapping is a page of its own
            return _there(request, job)
        return page(request, "imports/_import_progress.html", _outcome(request, job))


class Rejections(View):
    """The kept rejections as a file to correct and upload again."""

    def get(self, request: WorkspaceRequest, number: int) -> GrowingFile:
        job = queries.import_for(request.member, number)
        name = slugify(job.file_name.rpartition(".")[0]) or "import"
        return GrowingFile(request, f"{name}-rejections", lambda: queries.rejections_csv(job))


def _there(request: WorkspaceRequest, job: Import) -> HttpResponse:
    """Leads a page that asked for a part of it to where the import stands now."""
    there = HttpResponse(status=204)
    there["HX-Redirect"] = reverse("imports:import", args=[request.workspace.slug, job.number])
    return there


def _outcome(request: WorkspaceRequest, job: Import) -> dict[str, Any]:
    is_running = job.state in (State.READING, State.WAITING, State.RUNNING)
    return {
        "job": job,
        "progress": queries.progress(job, request.at),
        "is_running": is_running,
        "may_resume": job.state in (State.CANCELLED, State.FAILED) and job.done_rows < job.total_rows,
        "read_percent": round(job.read_ratio * 100),
        "reasons": [] if is_running or not job.rejected_count else queries.reasons(job),
        "rejections": [] if is_running or not job.rejected_count else queries.rejections(job),
        "repeats": job.findings.get("repeats", {}),
        "corrections": queries.corrections(job),
        "sheets": sheets_of(job),
        "may_be_undone": may_be_undone(job),
        **_report(request, job),
        "records_kind": targets.RECORD_KINDS.get(job.target, ""),
    }


def _report(request: WorkspaceRequest, job: Import) -> dict[str, Any]:
    """What became of the columns and of the records, once all of them are in."""
    if job.state != State.FINISHED:
        return {}
    of = (job, blueprint_of(request.workspace), request.at)
    return {"further": further_on(*of), "columns": column_report(*of)}


def _mapping_page(
    request: WorkspaceRequest, job: Import, refusal: Refusal | None = None, given: dict[str, Any] | None = None
) -> HttpResponse:
    lifecycle = blueprint_of(request.workspace)
    shown, asked_for = None, refusal
    try:
        if refusal is None:
            checked = mappings.read(job.mapping, job.findings, lifecycle)
            of = (checked, lifecycle, request.workspace, request.at)
            shown = preview(job.findings, *of, try_rows(job, *of))
    except mappings.BadMapping as lacking:  # the file was not understood whole, or the blueprint has changed since
        asked_for = lacking
    context = {
        "job": job,
        "board": board(job, given or job.mapping, lifecycle),
        "preview": shown,
        "refusal": asked_for,
        "targets": TARGET_WORDS[1:],
        "saved": saved_for(job),
        "encodings": encodings_of(job),
        "possible_owners": queries.possible_owners(),
        "sheets": sheets_of(job),
    }
    status = refusal.status if refusal else 200
    return page(request, "imports/import_mapping.html", context, part="imports/_import_preview.html", status=status)
