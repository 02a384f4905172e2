"""Inviting people, and the other workspaces one belongs to."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views import View

from core.http.requests import WorkspaceRequest
from core.http.web import page
from core.people import inviting, queries
from core.people.form_errors import tried
from core.people.forms import InviteForm
from core.people.permissions import permit


class Invitations(View):
    """Who was invited, and what became of it."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "people.manage")
        invited = [{"invitation": one, "is_open": one.is_open(request.at)} for one in queries.invitations()]
        return page(request, "workspaces/invitations.html", {"invited": invited})


class Invite(View):
    """Invite somebody."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "people.manage")
        return page(request, "workspaces/invite.html", {"form": InviteForm(by=request.member)})

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "people.manage")
        form = InviteForm(request.POST, by=request.member)
        if form.is_valid():
            issued = tried(form, lambda: inviting.invite(**form.cleaned_data, by=request.member, at=request.at))
            if issued:
                return page(request, "workspaces/invited.html", {"issued": issued}, status=201)
        return page(request, "workspaces/invite.html", {"form": form}, status=422)


class Renewal(View):
    """A new link for an invitation."""

    def post(self, request: WorkspaceRequest, invitation_id: UUID) -> HttpResponse:
        invitation = queries.invitation_for(invitation_id)
        issued = inviting.send_again(invitation, by=request.member, at=request.at)
        return page(request, "workspaces/invited.html", {"issued": issued}, status=201)


class InvitationRevocation(View):
    """An invitation taken back."""

    def post(self, request: WorkspaceRequest, invitation_id: UUID) -> HttpResponse:
        invitation = inviting.revoke(queries.invitation_for(invitation_id), by=request.member, at=request.at)
        messages.success(request, f"The invitation to {invitation.email} no longer works.")
        return redirect("workspaces:invitations", request.workspace.slug)


class Switcher(View):
    """The workspaces to switch to, asked for when the switcher is opened."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        places = queries.workspaces_of(request.user) if request.user.is_authenticated else []
        return render(request, "workspaces/_places.html", {"places": places})
