"""Teams and their seats."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.views import View

from core.history.actions import ask
from core.http.requests import WorkspaceRequest
from core.http.web import done, page, tried
from core.people import queries, team_seats
from core.people.forms import PlaceForm, SeatForm, TeamForm
from core.people.known_functions import functions_of
from core.people.models import Team
from core.people.permissions import may, permit


def _form(request: WorkspaceRequest, *args: Any, **kwargs: Any) -> TeamForm:
    return TeamForm(*args, functions=functions_of(request.workspace), **kwargs)


class Teams(View):
    """All teams."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "people.read")
        context = {"teams": queries.teams(), "manages": may(request.member, "people.manage")}
        context["functions"] = functions_of(request.workspace)
        return page(request, "workspaces/teams.html", context)


class NewTeam(View):
    """Found a team."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "people.manage")
        return page(request, "workspaces/team_new.html", {"form": _form(request)})

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "people.manage")
        form = _form(request, request.POST)
        team = tried(form, team_seats.create_team, by=request.member, at=request.at)
        if team:
            return done(request, f"{team.name} is made. Now seat people in it.", "workspaces:team", team.key)
        return page(request, "workspaces/team_new.html", {"form": form}, status=422)


class OneTeam(View):
    """One team: its definition and its seats."""

    def get(self, request: WorkspaceRequest, key: str) -> HttpResponse:
        permit(request.member, "people.read")
        return self.show(request, queries.team_for(key))

    def post(self, request: WorkspaceRequest, key: str) -> HttpResponse:
        team = queries.team_for(key)
        permit(request.member, "people.manage")
        form = _form(request, request.POST)
        saved = tried(form, team_seats.edit_team, team, by=request.member, at=request.at)
        if saved:
            return done(request, f"{saved.name} is saved.", "workspaces:team", team.key)
        return self.show(request, team, form=form, status=422)

    @staticmethod
    def show(request: WorkspaceRequest, team: Team, *, status: int = 200, **forms: Any) -> HttpResponse:
        """The page, with a refused form in place of the fresh one."""
        fields = ("name", "function", "region", "manager")
        context = {
            "team": team,
            "seats": queries.seats_in(team),
            "are_seats_said": ask("team.seats_are_said", team=team),
            "manages": may(request.member, "people.manage"),
            "seats_people": team_seats.leads(request.member, team),
            "form": _form(request, initial={name: getattr(team, name) for name in fields}),
            "functions": functions_of(request.workspace),
            "seating": SeatForm(team=team),
            **forms,
        }
        return page(request, "workspaces/team.html", context, status=status)


class Seats(View):
    """A new seat in the team."""

    def post(self, request: WorkspaceRequest, key: str) -> HttpResponse:
        team = queries.team_for(key)
        permit(request.member, "seats.manage")
        form = SeatForm(request.POST, team=team)
        given = tried(form, team_seats.seat, team, by=request.member, at=request.at)
        if given:
            return done(request, f"{given[0].member.name} sits in {team.name}.", "workspaces:team", team.key)
        return OneTeam.show(request, team, seating=form, status=422)


class OneSeat(View):
    """Another weight or cap."""

    def post(self, request: WorkspaceRequest, key: str, member_id: UUID) -> HttpResponse:
        team, member = queries.team_for(key), queries.member_for(member_id)
        permit(request.member, "seats.manage")
        form = PlaceForm(request.POST)
        if form.is_valid():
            team_seats.seat(team, member, **form.cleaned_data, by=request.member, at=request.at)
            return done(request, f"The place of {member.name} is saved.", "workspaces:team", team.key)
        messages.error(request, "A weight is 1 to 100; a cap is a whole number, or blank for none.")
        return OneTeam.show(request, team, status=422)


class SeatRemoval(View):
    """A seat given up."""

    def post(self, request: WorkspaceRequest, key: str, member_id: UUID) -> HttpResponse:
        team, member = queries.team_for(key), queries.member_for(member_id)
        team_seats.unseat(team, member, by=request.member, at=request.at)
        return done(request, f"{member.name} no longer sits in {team.name}.", "workspaces:team", team.key)
