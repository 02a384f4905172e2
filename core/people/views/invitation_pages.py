"""Inviting people, and answering an invitation."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views import View

from core.errors import NotFound, Refusal
from core.http.requests import TimedRequest, WorkspaceRequest
from core.http.web import done, page, refusal_page, tried
from core.people import inviting, queries
from core.people.forms import InviteForm
from core.people.inviting import IssuedInvitation
from core.people.inviting_many import Invited, addresses_in, invite_many
from core.people.models import Invitation, Member, User, Workspace
from core.people.permissions import permit
from core.tenancy.scope import workspace_scope
from core.tenancy.zones import local_time


class Invitations(View):
    """Who was invited, and what became of it."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "people.manage")
        invited = [{"invitation": one, "is_open": one.is_open(request.at)} for one in queries.invitations()]
        return page(request, "workspaces/invitations.html", {"invited": invited})


class Invite(View):
    """Invite somebody, or everybody on a list."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "people.manage")
        role = request.GET.get("role", "")
        initial = {"role": role} if role in Member.Role.values else {}
        return page(request, "workspaces/invite.html", {"form": InviteForm(by=request.member, initial=initial)})

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "people.manage")
        form = InviteForm(request.POST, by=request.member)
        invited = tried(form, _invite, by=request.member, at=request.at)
        if isinstance(invited, list):
            return page(request, "workspaces/invited_many.html", {"invited": invited}, status=201)
        if invited:
            return page(request, "workspaces/invited.html", {"issued": invited}, status=201)
        return page(request, "workspaces/invite.html", {"form": form}, status=422)


def _invite(*, email: str, **how: Any) -> IssuedInvitation | list[Invited]:
    """One address by itself, so that what is wrong with it is said at the field; a list line by line."""
    found = list(addresses_in(email))
    return inviting.invite(email=found[0], **how) if len(found) == 1 else invite_many(email, **how)


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
        return done(request, f"The invitation to {invitation.email} no longer works.", "workspaces:invitations")


class Join(View):
    """Answer an invitation. The link itself is the proof; the page only needs to know who is holding it."""

    def dispatch(self, request: TimedRequest, token: str) -> HttpResponse:  # type: ignore[override]
        try:
            workspace_id, invitation_id, secret = inviting.read_token(token)
            workspace = Workspace.objects.filter(pk=workspace_id).first()
            if workspace is None:
                raise NotFound
            with workspace_scope(workspace), local_time(workspace):
                if request.method != "POST" or not request.user.is_authenticated:
                    return self._ask(request, workspace, inviting.readable(invitation_id, secret, request.at))
                inviting.accept(workspace, invitation_id, secret, user=cast(User, request.user), at=request.at)
                messages.success(request, f"Welcome to {workspace.name}.")
                return redirect("workspace_home", workspace.slug)
        except Refusal as refusal:
            return refusal_page(request, refusal)

    def _ask(self, request: TimedRequest, workspace: Workspace, invitation: Invitation) -> HttpResponse:
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
