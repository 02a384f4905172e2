"""Pages of playbooks: how far they are, beginning one, skipping a step, stopping."""

from typing import Any

from django.http import HttpResponse
from django.utils.functional import SimpleLazyObject
from django.views import View

from blueprint.documents import blueprint_of
from core.http.requests import WorkspaceRequest
from core.http.web import done, listed, page
from core.people.permissions import may, permit
from handoffs.actions import playbooks_by_hand as by_hand
from handoffs.models import PlaybookRun
from handoffs.queries import playbook_progress as progress
from lifecycle.models import Record
from lifecycle.queries import record_for


class PlaybookList(View):
    """Figures of each playbook, and the runs by playbook, state and whose records they are about."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "handoff.read")
        filters = {key: request.GET.get(key, "").strip() for key in progress.FILTERS}
        rows, after = progress.run_page(request.member, filters, request.at, request.GET.get("after", ""))
        context = listed(request, filters, after) | {
            "runs": rows,
            "figures": SimpleLazyObject(lambda: progress.figures_of(blueprint_of(request.workspace), request.at)),
            "states": PlaybookRun.State.choices,
            "whose": progress.WHOSE.items(),
        }
        return page(request, "handoffs/playbook_list.html", context, part="handoffs/_playbook_rows.html")


def playbooks_shown(request: WorkspaceRequest, record: Record) -> dict[str, Any]:
    """What a record's page shows of its playbooks. Two queries, three with some."""
    runs, may_begin = progress.runs_of(record, request.at), may(request.member, "record.write")
    offered = progress.startable(blueprint_of(request.workspace), record, runs) if may_begin else []
    may_steer = bool(runs) and by_hand.may_steer(record, request.member)
    return {"runs": runs, "may_begin": may_begin, "startable": offered, "may_steer": may_steer}


class RecordPlaybooks(View):
    """Beginning a playbook for a record; a page of its own shows those it has."""

    def get(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        permit(request.member, "handoff.read")
        context = playbooks_shown(request, record := record_for(number)) | {"record": record}
        return page(request, "handoffs/record_playbooks.html", context, part="handoffs/_playbooks.html")

    def post(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        permit(request.member, "record.write")
        run = by_hand.begin_playbook(
            record_for(number), request.POST.get("playbook", ""), by=request.member, at=request.at
        )
        return done(request, f"{run.label} is begun.", "lifecycle:record", number)


class PlaybookStop(View):
    """Stopping one."""

    def post(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        permit(request.member, "record.write")
        run = progress.run_numbered(number, request.at).run
        by_hand.stop_playbook(run, request.POST.get("reason", ""), by=request.member, at=request.at)
        return done(request, f"{run.label} is stopped.", "lifecycle:record", run.record.number)


class PlaybookSkip(View):
    """Skipping a step."""

    def post(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        permit(request.member, "record.write")
        run, said = progress.run_numbered(number, request.at).run, request.POST
        by_hand.skip_step(run, said.get("step", ""), said.get("reason", ""), by=request.member, at=request.at)
        return done(request, "The step is skipped.", "lifecycle:record", run.record.number)
