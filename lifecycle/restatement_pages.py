"""The page on which a closing of a closed period is restated."""

from functools import partial

from django.http import HttpResponse
from django.views import View

from core.http.requests import WorkspaceRequest
from core.http.web import done, page, tried
from core.people.permissions import may, permit
from lifecycle import queries
from lifecycle.actions.restating import restate
from lifecycle.closed_periods import closing_of, restatements_of, told
from lifecycle.forms import RestatementForm
from lifecycle.models import Record


class RecordRestatements(View):
    """What was restated of a record's closings, and the form for what still is to be."""

    def get(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        permit(request.member, "record.read")
        return self.show(request, queries.record_for(number))

    def post(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        permit(request.member, "record.restate")
        record = queries.record_for(number)
        form = RestatementForm(request.POST)
        if tried(form, partial(restate, record, by=request.member, at=request.at)):
            return done(request, "Restated. The figures of its day are counted again.", "lifecycle:record", number)
        return self.show(request, record, form)

    @staticmethod
    def show(request: WorkspaceRequest, record: Record, refused: RestatementForm | None = None) -> HttpResponse:
        """The page, with a refused form in place of the fresh one."""
        closing = closing_of(record, request.at)
        context = {
            "record": record,
            "closing": closing,
            "may_restate": may(request.member, "record.restate"),
            "form": refused or RestatementForm(initial={"amount": closing.amount if closing else None}),
            "restatements": told(list(restatements_of(record)[:200])),
        }
        return page(request, "lifecycle/record_restatements.html", context, status=422 if refused else 200)
