"""What is done to a change request: each verb is a small resource, made by a POST."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.views import View

from core.errors import BadInput
from core.http.requests import WorkspaceRequest
from core.people.models import Member
from core.people.permissions import permit
from governance.actions.breaking_glass import publish_emergency
from governance.actions.deciding import approve, reject, withdraw
from governance.actions.drafting import bring_up_to_date, propose_again, retract, reword
from governance.actions.publishing import publish, retime_again
from governance.actions.rolling_back import roll_back
from governance.actions.submitting import submit
from governance.forms.change_forms import AnswerForm, EditPathForm, ReasonForm, WordsForm
from governance.models import ChangeRequest
from governance.queries.detail import change_for
from governance.views.change_pages import back_to


@dataclass(frozen=True)
class Verb:
    """`act` does it with what the form `reads`; where it answers with another request, that one is shown next. `said`
    is the notice afterwards; none where the page itself shows what was done."""

    permission: str
    act: Callable[..., object]
    said: str = ""
    reads: type[forms.Form] = forms.Form


def _publish(change: ChangeRequest, *, by: Member, at: datetime) -> None:
    """An emergency's draft is published at once."""
    is_emergency = change.kind == ChangeRequest.Kind.EMERGENCY and change.state == ChangeRequest.State.DRAFT
    (publish_emergency if is_emergency else publish)(change, by=by, at=at)


VERBS = {
    "submission": Verb("change.propose", submit, "In review. The impact is being worked out."),
    "approval": Verb("change.approve", approve, "Your approval is noted.", AnswerForm),
    "rejection": Verb("change.approve", reject, "Rejected.", AnswerForm),
    "withdrawal": Verb("change.propose", withdraw, "Withdrawn."),
    "publication": Verb(
        "change.publish", _publish, "Published as version {change.published_version}. Everybody is told."
    ),
    "retiming": Verb("change.publish", retime_again),
    "rollback": Verb("change.propose", roll_back, "A request to roll back is in review.", ReasonForm),
    "update": Verb("change.propose", bring_up_to_date, "Up to date with the version in force."),
    "repetition": Verb("change.propose", propose_again, "A new draft with the same edits."),
    "retraction": Verb("change.propose", retract, "", EditPathForm),
    "words": Verb("change.propose", reword, "Saved.", WordsForm),
}


class ChangeVerb(View):
    """The change moves on, the page is shown again."""

    verb = ""

    def post(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        change, verb = change_for(request.member, number), VERBS[self.verb]
        permit(request.member, verb.permission)
        form = verb.reads(request.POST)
        for field, errors in form.errors.items():
            raise BadInput(str(errors[0]), field=field)
        done = verb.act(change, by=request.member, at=request.at, **form.cleaned_data)
        if verb.said:
            messages.success(request, verb.said.format(change=change))
        return back_to(request, done if isinstance(done, ChangeRequest) else change)
