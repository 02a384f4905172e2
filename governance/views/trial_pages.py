"""Trying routing out: where a record would go, by the rules in force or those of a request."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.views import View

from blueprint.documents import blueprint_of
from core.errors import BadInput
from core.http.requests import WorkspaceRequest
from core.http.web import page
from core.people.permissions import permit
from governance.forms.trial_form import TrialForm
from governance.queries.change_list import changes
from governance.queries.trials import TryOut, tried


class TryRouting(View):
    """The form, and after it where each record would go. Nothing is kept."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "change.propose")
        initial = {key: request.GET[key] for key in ("seam", "change", "records", "handoffs") if key in request.GET}
        return self._page(request, self._form(request, initial=initial))

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "change.propose")
        form = self._form(request, request.POST, request.FILES)
        if not form.is_valid():
            return self._page(request, form, status=422)
        given = dict(form.cleaned_data)
        rows, at = [*given.pop("rows"), *given.pop("file")], given.pop("at") or request.at
        try:
            found = tried(request.workspace, request.member, rows=rows, at=at, **given)
        except BadInput as bad:
            form.add_error(bad.field if bad.field in form.fields else "rows", bad.detail)
            return self._page(request, form, status=422)
        return self._page(request, form, found)

    def _form(self, request: WorkspaceRequest, *data: Any, **kwargs: Any) -> TrialForm:
        open_ones, _ = changes(request.member, "open")
        return TrialForm(*data, seams=blueprint_of(request.workspace).seams, changes=open_ones, **kwargs)

    def _page(
        self, request: WorkspaceRequest, form: TrialForm, found: TryOut | None = None, status: int = 200
    ) -> HttpResponse:
        return page(request, "governance/try_routing.html", {"form": form, "found": found}, status=status)
