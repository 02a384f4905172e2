"""What is done to a change request: each verb is a small resource, made by a POST."""

from abc import ABC, abstractmethod

from django.contrib import messages
from django.http import HttpResponse
from django.views import View

from core.errors import BadInput
from core.http.requests import WorkspaceRequest
from governance import queries
from governance.actions import deciding, drafting, submitting
from governance.actions.breaking_glass import SHORTEST_REASON, publish_emergency
from governance.actions.publishing import publish
from governance.actions.rolling_back import roll_back
from governance.forms import AnswerForm, ReasonForm
from governance.models import ChangeRequest
from governance.views.changes.showing import State, back_to


class Verb(ABC, View):
    """A small resource that a POST makes: the change moves on, the page is shown again."""

    said = ""
    """The notice afterwards; none where the page itself shows what was done."""

    def post(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        change = queries.change_for(request.member, number)
        shown = self.act(request, change) or change
        if self.said:
            messages.success(request, self.said.format(change=change))
        return back_to(request, shown)

    @abstractmethod
    def act(self, request: WorkspaceRequest, change: ChangeRequest) -> ChangeRequest | None:
        """Do it; answer with another request where that is what to show next."""


class Submission(Verb):
    """Hand the draft in."""

    said = "In review. The impact is being worked out."

    def act(self, request: WorkspaceRequest, change: ChangeRequest) -> None:
        submitting.submit(change, by=request.member, at=request.at)


class ApproveChange(Verb):
    """Agree."""

    said = "Your approval is noted."

    def act(self, request: WorkspaceRequest, change: ChangeRequest) -> None:
        deciding.approve(change, by=request.member, at=request.at, note=_note(request))


class RejectChange(Verb):
    """Turn down, saying why."""

    said = "Rejected."

    def act(self, request: WorkspaceRequest, change: ChangeRequest) -> None:
        deciding.reject(change, by=request.member, at=request.at, note=_note(request))


class Withdrawal(Verb):
    """Take back."""

    said = "Withdrawn."

    def act(self, request: WorkspaceRequest, change: ChangeRequest) -> None:
        deciding.withdraw(change, by=request.member, at=request.at)


class Publication(Verb):
    """Publish; an emergency's draft is published at once."""

    said = "Published as version {change.published_version}. Everybody is told."

    def act(self, request: WorkspaceRequest, change: ChangeRequest) -> None:
        if change.kind == ChangeRequest.Kind.EMERGENCY and change.state == State.DRAFT:
            if len(change.reason) < SHORTEST_REASON:
                raise BadInput(f"Give a reason of at least {SHORTEST_REASON} characters first.", field="reason")
            publish_emergency(change, by=request.member, at=request.at)
        else:
            publish(change, by=request.member, at=request.at)


class Rollback(Verb):
    """Ask to undo a published change."""

    said = "A request to roll back is in review."

    def act(self, request: WorkspaceRequest, change: ChangeRequest) -> ChangeRequest:
        form = ReasonForm(request.POST)
        if not form.is_valid():
            raise BadInput("Say why the change should be undone.", field="reason")
        return roll_back(change, by=request.member, at=request.at, reason=form.cleaned_data["reason"])


class Update(Verb):
    """Put a draft on the version in force."""

    said = "Up to date with the version in force."

    def act(self, request: WorkspaceRequest, change: ChangeRequest) -> None:
        drafting.bring_up_to_date(change, by=request.member, at=request.at)


class Repetition(Verb):
    """Propose the same again."""

    said = "A new draft with the same edits."

    def act(self, request: WorkspaceRequest, change: ChangeRequest) -> ChangeRequest:
        return drafting.propose_again(change, by=request.member, at=request.at)


class Retraction(Verb):
    """Take one edit out of the draft."""

    def act(self, request: WorkspaceRequest, change: ChangeRequest) -> None:
        drafting.retract(change, request.POST.get("edit", ""), by=request.member, at=request.at)


class Words(Verb):
    """Other title and reason."""

    said = "Saved."

    def act(self, request: WorkspaceRequest, change: ChangeRequest) -> None:
        title, reason = request.POST.get("title", ""), request.POST.get("reason", "")
        if len(reason) > 10_000:
            raise BadInput("At most 10,000 characters.", field="reason")
        drafting.reword(change, title=title, reason=reason, by=request.member, at=request.at)


def _note(request: WorkspaceRequest) -> str:
    form = AnswerForm(request.POST)
    if not form.is_valid():
        raise BadInput("At most 4,000 characters.", field="note")
    note: str = form.cleaned_data["note"]
    return note
