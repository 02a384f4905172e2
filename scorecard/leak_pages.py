"""The page of the seams by what they lose: this quarter's target and its weekly log."""

from dataclasses import replace
from typing import Any

from django.http import HttpResponse

from core.errors import BadInput
from core.http.requests import WorkspaceRequest
from core.http.web import done, tried
from core.people.permissions import LEADS, may, permit
from scorecard.actions.leak_targets import log_tried, set_target
from scorecard.forms import LeakLogForm, SeamTargetForm
from scorecard.queries.leaks import Leaks, leaks_of, people_to_own, quarter_of, weeks_of
from scorecard.rules.seam_losses import BY_RECORDS, RANKINGS
from scorecard.views import OfFunnel


class OfLeaks(OfFunnel):
    """What the page of the seams shows."""

    def ranked(self, request: WorkspaceRequest, **forms: Any) -> HttpResponse:
        """The page, with a form that was refused. It tells the whole, which the target is of: what a page that leads
        here was narrowed by is let go."""
        self.asked = replace(self.asked, segment="", value="", beside="", filters=())
        by = request.GET.get("rank", "") or BY_RECORDS
        if by not in RANKINGS:
            raise BadInput("Seams are ranked by handoffs or by money.", field="rank", facts={"rankings": [*RANKINGS]})
        found = leaks_of(self.board, self.asked.period, by)
        context = self._forms(request, found) | forms
        response = self.shown("leaks.html", found=found, rankings=RANKINGS, **context)
        response.status_code = 422 if forms else 200
        return response

    def _forms(self, request: WorkspaceRequest, found: Leaks) -> dict[str, Any]:
        target = found.target.target if found.target else None
        is_open = found.target is not None and not found.target.is_gone
        writes = (
            target is not None and is_open and (request.member.role in LEADS or request.member.pk == target.owner_id)
        )
        initial: dict[str, Any] = {"seam": found.leaks[0].line.seam.key} if found.leaks else {}
        if target:
            percent = f"{(target.target_ratio * 100).normalize():f}"
            initial = {"seam": target.seam, "target_ratio": percent, "owner": target.owner.email}
        return {
            "sets": may(request.member, "leak.target"),
            "logs": writes and may(request.member, "leak.log"),
            "target_form": self.target_form(initial=initial),
            "log_form": self.log_form(),
        }

    def target_form(self, *sent: Any, **rest: Any) -> SeamTargetForm:
        return SeamTargetForm(*sent, seams=self.board.blueprint.seams, people=people_to_own(), **rest)

    def log_form(self, *sent: Any) -> LeakLogForm:
        return LeakLogForm(*sent, weeks=weeks_of(quarter_of(self.board)))


class LeaksPage(OfLeaks):
    """Every seam, the one that lost most first."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        return self.ranked(request)


class SeamTargetSet(OfLeaks):
    """This quarter's target."""

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "leak.target")
        form = self.target_form(request.POST)
        if tried(form, set_target, self.board, by=request.member, at=request.at):
            return done(request, "The target of this quarter is set.", "scorecard:leaks")
        return self.ranked(request, target_form=form)


class LeakLogged(OfLeaks):
    """What was tried in a week."""

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "leak.log")
        form = self.log_form(request.POST)
        if tried(form, log_tried, self.board, by=request.member, at=request.at):
            return done(request, "It is in the log.", "scorecard:leaks")
        return self.ranked(request, log_form=form)
