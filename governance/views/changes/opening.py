"""Beginning a change request: choose what should change, and say why."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views import View

from core.http.requests import WorkspaceRequest
from core.http.web import page
from core.people.permissions import may, permit
from governance import queries
from governance.actions import drafting
from governance.actions.breaking_glass import SHORTEST_REASON
from governance.editors import EDITORS, NEW
from governance.forms import NewChangeForm
from governance.models import ChangeRequest


class NewChange(View):
    """Choose what should change, and say why."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "change.propose")
        what, of = request.GET.get("what", ""), request.GET.get("of", "")
        return self._page(request, NewChangeForm(initial={"what": what, "of": of, **_suggested(request, what, of)}))

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "change.propose")
        form = NewChangeForm(request.POST)
        if not form.is_valid():
            return self._page(request, form, status=422)
        given = form.cleaned_data
        kind = ChangeRequest.Kind.NORMAL
        if given["is_emergency"]:
            permit(request.member, "change.publish")
            kind = ChangeRequest.Kind.EMERGENCY
        change = drafting.draft(request.member, title=given["title"], reason=given["reason"], at=request.at, kind=kind)
        if given["what"] in EDITORS:
            return redirect(edit_url(request, change, given["what"], given["of"]))
        return redirect("governance:change", request.workspace.slug, change.number)

    def _page(self, request: WorkspaceRequest, form: NewChangeForm, status: int = 200) -> HttpResponse:
        is_admin = may(request.member, "change.publish")
        document = queries.document_of(request.workspace.blueprint_version)
        context = {
            "form": form,
            "choices": [
                {"editor": editor, "subjects": editor.subjects(document)}
                for editor in EDITORS.values()
                if is_admin or not editor.admins_only
            ],
            "may_break_glass": is_admin,
            "shortest_reason": SHORTEST_REASON,
        }
        return page(request, "governance/change_new.html", context, status=status)


def edit_url(request: WorkspaceRequest, change: ChangeRequest, what: str, of: str) -> str:
    """Where one part of a draft is edited."""
    url = reverse("governance:edit", args=[request.workspace.slug, change.number, what])
    return f"{url}?{urlencode({'of': of})}" if of else url


def _suggested(request: WorkspaceRequest, what: str, of: str) -> dict[str, str]:
    if what not in EDITORS:
        return {}
    document = queries.document_of(request.workspace.blueprint_version)
    label = EDITORS[what].label_of(document, of)
    return {"title": (label if of.endswith(NEW) else f"Change {label}")[:200]}
