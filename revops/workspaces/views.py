"""Coming home, founding a workspace, joining one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views import View


class Home(View):
    """The door: sign in, choose a workspace, or found one."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("account_login")


class HomeOfWorkspace(View):
    """Where a member's day starts, by role."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("account_login")


class NewWorkspace(Home):
    """Found a workspace."""


class Join(View):
    """Answer an invitation."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return redirect("account_login")


class ApiDocs(View):
    """The API's own page."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "api_docs.html")
