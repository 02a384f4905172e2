"""The page on which an import is undone: what it would mean, then how far it is."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views import View

from core.errors import BadInput, Refusal
from core.http.requests import WorkspaceRequest
from core.http.web import is_partial, page
from imports import queries, undoing
from imports.undo_queries import counts, touched
from lifecycle.models import Import, ImportUndo

NOUNS = {"accounts": ("company", "companies"), "people": ("person or team", "people and teams")}


class UndoPage(View):
    """Look, decide, watch."""

    def get(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        job = queries.import_for(request.member, number)
        if not undoing.is_under_way(job):  # kept meanwhile, or nobody has asked
            return redirect("imports:import", request.workspace.slug, number)
        return self._page(request, job)

    def post(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        job = queries.import_for(request.member, number)
        said = request.POST.get("do", "look")
        if said == "keep":
            undoing.keep(job, by=request.member, at=request.at)
            messages.info(request, "The import stays as it is.")
            return redirect("imports:import", request.workspace.slug, number)
        try:
            if said == "undo":
                leaves = request.POST.get("leaves_touched") == "yes"
                undoing.undo(job, leaves_touched=leaves, by=request.member, at=request.at)
            else:
                undoing.look(job, by=request.member, at=request.at)
        except BadInput as refusal:
            return self._page(request, job, refusal)
        return redirect("imports:import_undo", request.workspace.slug, number)

    def _page(self, request: WorkspaceRequest, job: Import, refusal: Refusal | None = None) -> HttpResponse:
        undo = undoing.undo_of(job)
        found = counts(undo)
        noun, nouns = NOUNS.get(job.target, ("record", "records"))
        context = {
            "job": job,
            "undo": undo,
            "counts": found,
            "all": found["created"] + found["changed"],
            "done": found["removed"] + found["set_back"] + found["left"],
            "touched": touched(undo) if undo.phase != ImportUndo.Phase.LOOKING else [],
            "is_running": undo.phase in (ImportUndo.Phase.LOOKING, ImportUndo.Phase.UNDOING),
            "refusal": refusal,
            "nouns": nouns,
            "shows_companies": nouns == "records" and undo.phase in (ImportUndo.Phase.UNDOING, ImportUndo.Phase.DONE),
            "touched_noun": noun if found["touched"] == 1 else nouns,
        }
        template = "imports/_undo_progress.html" if is_partial(request) else "imports/undo.html"
        return page(request, template, context, status=refusal.status if refusal else 200)
