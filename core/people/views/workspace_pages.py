"""A workspace as a whole: coming home, founding one, its settings and its security log; and your own profile."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views import View

from core.history.actions import ask
from core.http.requests import TimedRequest, WorkspaceRequest
from core.http.web import done, page, tried
from core.people import queries
from core.people.actions import change_workspace, found_workspace
from core.people.forms import FoundForm, LogForm, ProfileForm, WorkspaceForm
from core.people.models import Member
from core.people.permissions import permit
from core.people.security_log import label, security_events, sentence


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
    """Where a member's day starts: reps at their inbox, everybody else at the scorecard; or where a follower says."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        usual = "handoffs:inbox" if request.member.role == Member.Role.REP else "scorecard:scorecard"
        asked = ask("workspace.opening", workspace=request.workspace, member=request.member)
        return redirect(asked[0] if asked else usual, request.workspace.slug)


class NewWorkspace(LoginRequiredMixin, View):
    """Found a workspace."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "workspaces/new.html", {"form": FoundForm()})

    def post(self, request: TimedRequest) -> HttpResponse:
        form = FoundForm(request.POST)
        workspace = tried(form, found_workspace, founder=request.user, at=request.at)
        if workspace:
            messages.success(request, f"{workspace.name} is ready, with version 1 of its blueprint.")
            return redirect("workspace_home", workspace.slug)
        return render(request, "workspaces/new.html", {"form": form}, status=422)


class Switcher(View):
    """The workspaces to switch to, asked for when the switcher is opened."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        places = queries.workspaces_of(request.user) if request.user.is_authenticated else []
        return render(request, "workspaces/_places.html", {"places": places})


class Settings(View):
    """Name, time zone and currency, for owners and admins."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "workspace.manage")
        return page(request, "workspaces/settings.html", {"form": WorkspaceForm(of=request.workspace)})

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "workspace.manage")
        form = WorkspaceForm(request.POST, of=request.workspace)
        if tried(form, change_workspace, request.workspace, by=request.member, at=request.at):
            return done(request, "The settings are saved.", "workspaces:settings")
        return page(request, "workspaces/settings.html", {"form": form}, status=422)


class SecurityLog(View):
    """Sign-ins, factors, keys, invitations, roles and refusals, newest first."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "security.read")
        form = LogForm(request.GET)
        form.is_valid()
        after = request.GET.get("after", "")[:100]
        events, following = security_events(form.wanted(), after)
        query = {key: value for key, value in form.data.items() if key in form.fields and value}
        context = {
            "form": form,
            "rows": [{"event": event, "label": label(event), "sentence": sentence(event)} for event in events],
            "next": urlencode({**query, "after": following}) if following else "",
            "is_narrowed": bool(query) or bool(after),
        }
        return page(request, "workspaces/security_log.html", context)


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
