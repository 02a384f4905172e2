"""The page's way to another sheet of a workbook."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views import View

from core.http.requests import WorkspaceRequest
from imports import queries
from imports.workbooks import choose_sheet


class AnotherSheet(View):
    """Read another sheet; its mapping is guessed anew."""

    def post(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        job = queries.import_for(request.member, number)
        choose_sheet(job, request.POST.get("sheet", ""), by=request.member, at=request.at)
        return redirect("imports:import", request.workspace.slug, number)
