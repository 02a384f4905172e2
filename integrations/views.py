"""The page of API keys."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views import View

from core.http.requests import WorkspaceRequest
from core.http.web import done, page, tried
from core.people.permissions import permit
from integrations import queries
from integrations.actions import issue_key, revoke_key
from integrations.forms import KeyForm
from integrations.reference import reference, schema


class Keys(View):
    """All keys: what they may, when they were last used."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "keys.manage")
        return page(request, "integrations/keys.html", {"keys": queries.keys(), "at": request.at})


class NewKey(View):
    """A new key, shown once."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "keys.manage")
        return page(request, "integrations/key_new.html", {"form": KeyForm()})

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "keys.manage")
        form = KeyForm(request.POST)
        issued = tried(form, lambda **_: issue_key(**form.wishes(request.at), by=request.member, at=request.at))
        if issued:
            response = page(request, "integrations/key_issued.html", {"issued": issued}, status=201)
            response["Cache-Control"] = "no-store"
            return response
        return page(request, "integrations/key_new.html", {"form": form}, status=422)


class KeyRevocation(View):
    """A key closed for good."""

    def post(self, request: WorkspaceRequest, key_id: UUID) -> HttpResponse:
        row = revoke_key(queries.key_for(key_id), by=request.member, at=request.at)
        return done(request, f"The key {row.name} no longer works.", "integrations:keys")


class ApiDocs(View):
    """The API's own page, made from its schema: it knows every call there is."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        groups = reference(schema(), f"{request.scheme}://{request.get_host()}")
        return render(request, "integrations/api_docs.html", {"groups": groups})
