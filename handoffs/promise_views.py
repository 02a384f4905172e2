"""Pages of promises: the ledger, writing one down, what became of one."""

from typing import Any

from django.http import HttpResponse
from django.views import View

from blueprint.documents import blueprint_of
from core.http.requests import WorkspaceRequest
from core.http.web import done, listed, page
from core.people.permissions import permit
from handoffs.actions import promising
from handoffs.forms import PromiseForm
from handoffs.models import Commitment
from handoffs.queries import promise_ledger
from lifecycle.queries import record_for


class PromiseList(View):
    """Every promise, by state, seam, and whose it is."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "handoff.read")
        terms = blueprint_of(request.workspace)
        filters = {key: request.GET.get(key, "").strip() for key in promise_ledger.FILTERS}
        rows, after = promise_ledger.promise_page(terms, filters, request.GET.get("after", ""))
        context = listed(request, filters, after) | {
            "promises": rows,
            "seams": terms.seams,
            "states": Commitment.State.choices,
        }
        return page(request, "handoffs/promise_list.html", context, part="handoffs/_promise_rows.html")


class RecordPromises(View):
    """Writing down a promise about a record."""

    def post(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        permit(request.member, "record.write")
        record, form = record_for(number), PromiseForm(request.POST)
        if not form.is_valid():
            context = {"record": record, "form": form}
            return page(request, "handoffs/promise_form.html", context, status=422)
        said = form.cleaned_data
        promising.add_promise(record, said["title"], due_on=said["due_on"], by=request.member, at=request.at)
        return done(request, "The promise is written down.", "lifecycle:record", number)


class PromiseDecision(View):
    """What became of a promise, or what came of it with the customer."""

    def post(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        permit(request.member, "handoff.answer")
        promise, said = promise_ledger.promise_numbered(number), request.POST
        moment: dict[str, Any] = {"by": request.member, "at": request.at}
        if consequence := said.get("consequence", ""):
            promising.blame(promise, consequence, said.get("note", ""), **moment)
        else:
            promising.decide(promise, said.get("state", ""), said.get("note", ""), **moment)
        return done(request, "It is written down.", "lifecycle:record", promise.record.number)
