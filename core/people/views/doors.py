"""Coming home, founding a workspace, joining one; and your own profile. None of these pages is inside a workspace."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views import View

from core.errors import BadInput, NotFound, Refusal
from core.http.requests import TimedRequest, WorkspaceRequest
from core.http.web import refusal_page
from core.people import inviting, queries
from core.people.actions import found_workspace
from core.people.forms import FoundForm, ProfileForm
from core.people.models import Member, User, Workspace
from core.tenancy.scope import workspace_scope
from core.tenancy.zones import local_time


class Home(View):
    """The door: sign in, choose a workspace, or found one. `?all` shows the choice even where there is only one."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return render(request, "workspaces/landing.html")
        places = queries.workspaces_of(request.user)
        if len(places) == 1 and "all" not in request.GET:
            return redirect("workspace_home", places[0].slug)
        return render(request, "workspaces/home.html", {"places": places})


class HomeOfWorkspace(View):
    """Where a member's day starts: reps at their inbox, everybody else at the scorecard."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        start = "handoffs:inbox" if request.member.role == Member.Role.REP else "scorecard:scorecard"
        return redirect(start, request.workspace.slug)


class NewWorkspace(LoginRequiredMixin, View):
    """Found a workspace."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "workspaces/new.html", {"form": FoundForm()})

    def post(self, request: TimedRequest) -> HttpResponse:
        form = FoundForm(request.POST)
        if form.is_valid():
            try:
                with transaction.atomic():
                    workspace = found_workspace(**form.cleaned_data, founder=cast(User, request.user), at=request.at)
            except BadInput as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, refusal.detail)
            else:
                messages.success(request, f"{workspace.name} is ready, with version 1 of its blueprint.")
                return redirect("workspace_home", workspace.slug)
        return render(request, "workspaces/new.html", {"form": form}, status=422)


class Join(View):
    """Answer an invitation. The link itself is the proof; the page only needs to know who is holding it."""

    def dispatch(self, request: TimedRequest, token: str) -> HttpResponse:  # type: ignore[override]
        try:
            workspace_id, invitation_id, secret = inviting.read_token(token)
            workspace = Workspace.objects.filter(pk=workspace_id).first()
            if workspace is None:
                raise NotFound
            with workspace_scope(workspace), local_time(workspace):
                if request.method == "POST" and request.user.is_authenticated:
                    return self._join(request, workspace, invitation_id, secret)
                return self._ask(request, workspace, inviting.readable(invitation_id, secret, request.at))
        except Refusal as refusal:
            return refusal_page(request, refusal)

    def _join(self, request: TimedRequest, workspace: Workspace, invitation_id, secret: str) -> HttpResponse:  # type: ignore[no-untyped-def]
        inviting.accept(workspace, invitation_id, secret, user=cast(User, request.user), at=request.at)
        messages.success(request, f"Welcome to {workspace.name}.")
        return redirect("workspace_home", workspace.slug)

    def _ask(self, request: TimedRequest, workspace: Workspace, invitation) -> HttpResponse:  # type: ignore[no-untyped-def]
        known_as = request.user.email if request.user.is_authenticated else ""
        here = urlencode({"next": request.path})
        context = {
            "invitation": invitation,
            "to": workspace,
            "known_as": known_as,
            "is_theirs": known_as == invitation.email,
            "sign_in": f"{reverse('account_login')}?{here}",
            "sign_up": f"{reverse('account_signup')}?{here}",
        }
        return render(request, "workspaces/join.html", context)


class Profile(LoginRequiredMixin, View):
    """Your name; and the way to password, two-step sign-in and passkeys."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "workspaces/profile.html", {"form": ProfileForm(instance=request.user)})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ProfileForm(request.POST, instance=request.user)
        if not form.is_valid():
            return render(request, "workspaces/profile.html", {"form": form}, status=422)
        form.save()
        messages.success(request, "Your name is saved.")
        return redirect("profile")
