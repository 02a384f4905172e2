"""The page's ways to another encoding, and to forget a saved mapping."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views import View

from core.http.requests import WorkspaceRequest
from imports import queries
from imports.encodings import choose_encoding
from imports.saved_mappings import forget_mapping


class ForgetMapping(View):
    """Propose a saved mapping no longer."""

    def post(self, request: WorkspaceRequest, saved_id: UUID) -> HttpResponse:
        forget_mapping(saved_id, by=request.member, at=request.at)
        messages.info(request, "The saved mapping is forgotten. Imports that used it stay as they are.")
        return redirect("imports:imports", request.workspace.slug)


class AnotherEncoding(View):
    """Read the file in another encoding; its mapping is guessed anew."""

    def post(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        job = queries.import_for(request.member, number)
        choose_encoding(job, request.POST.get("encoding", ""), by=request.member, at=request.at)
        return redirect("imports:import", request.workspace.slug, number)
