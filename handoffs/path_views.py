"""Pages that tell where a record went, and that offer it again."""

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.views import View

from blueprint.documents import blueprint_of
from core.http.requests import WorkspaceRequest
from core.http.web import done, is_partial, page
from core.people.permissions import may, permit
from handoffs.actions import routing_questions as asking
from handoffs.actions.access import may_offer as may_hand_over
from handoffs.actions.promising import may_decide
from handoffs.actions.undoing.records_back import undo_move, undo_owner, undoable
from handoffs.forms import PromiseForm
from handoffs.models import Handoff
from handoffs.playbook_views import playbooks_shown
from handoffs.queries import path, questions
from handoffs.queries.promise_ledger import promises_of
from handoffs.queries.stage_ages import stage_age_of
from handoffs.queries.startable import packets_ahead
from lifecycle.queries import record_for

UNDO_OF = {"moved": undo_move, "owned": undo_owner}


class RecordUndo(View):
    """Taking back a move or a change of owner, within ten seconds."""

    what = ""

    def post(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        UNDO_OF[self.what](record_for(number), by=request.member, at=request.at)
        said = "It stands where it stood." if self.what == "moved" else "It is whose it was."
        return done(request, f"Taken back: {said[0].lower()}{said[1:]}", "lifecycle:record", number)


class PathPage(View):
    """Where did this lead go: part of the record's page, and a page of its own.

    Opened by itself, or on a record's page that the search led to, it was a routing question and is counted as one."""

    def get(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        permit(request.member, "handoff.read")
        record = record_for(number)
        if not is_partial(request) or _came_from_search(request):
            asking.ask_where_it_went(record, by=request.member, at=request.at)
        seams = blueprint_of(request.workspace).seams_by_trigger.get(record.stage_id, ())
        passages = path.path_of(record, request.at)
        are_open = {each.handoff.seam_id for each in passages if each.handoff.state == Handoff.State.OFFERED}
        may_offer = may(request.member, "handoff.offer")
        context = {
            "record": record,
            "passages": passages,
            "questions": None if is_partial(request) else questions.questions(request.at),
            "offer_seams": [
                each
                for each in seams
                if may_offer and each.id not in are_open and may_hand_over(each, request.member, record)
            ],
            "may_offer": may_offer,
            "promises": (made := promises_of(record)),
            "promise_form": PromiseForm(),
            "is_lost": any(each.record.stage.category == "lost" for each in made) or record.stage.category == "lost",
            "may_promise": may(request.member, "record.write") and (made or record.kind != "lead"),
            "may_decide": [each.pk for each in made if may_decide(each, request.member)],
            "ahead": packets_ahead(request.workspace, record),
            **playbooks_shown(request, record),
            "age": stage_age_of(record) if blueprint_of(request.workspace).limited_stages else None,
            "undoable": [
                (what, found) for what in UNDO_OF if (found := undoable(record, what, by=request.member, at=request.at))
            ],
            "offered_seams": {each.handoff.seam_id for each in passages},
        }
        return page(request, "handoffs/path.html", context, part="handoffs/_path.html")


def _came_from_search(request: WorkspaceRequest) -> bool:
    """Results of the search carry `?from=search` to the record's page, which asks for this part."""
    return "from=search" in urlsplit(request.htmx.current_url or "").query.split("&")


class QuestionsPage(View):
    """How often people had to ask where a lead went; as a part, the line that stands beside the search."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "handoff.read")
        context: dict[str, Any] = {"questions": questions.questions(request.at)}
        if not is_partial(request):
            context["asked"] = questions.latest_questions(request.at)
        return page(request, "handoffs/questions.html", context, part="handoffs/_questions.html")
