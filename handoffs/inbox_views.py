"""The inbox, and the list of every handoff."""

from django.http import HttpResponse
from django.views import View

from blueprint.documents import blueprint_of
from core.bounds import whole
from core.http.requests import WorkspaceRequest
from core.http.web import listed, page
from core.people.permissions import may, permit
from handoffs.models import Handoff
from handoffs.queries import inbox


class Inbox(View):
    """What is mine to answer, due first. One query beside the frame's three."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "handoff.read")
        shown = min(whole(request.GET.get("shown") or str(inbox.AT_FIRST), "shown", least=1), inbox.SHOWN)
        cards, more = inbox.inbox(request.member, request.at, shown)
        may_answer = may(request.member, "handoff.answer")
        context = {"cards": cards, "shown": shown, "more": more, "may_answer": may_answer}
        return page(request, "handoffs/inbox.html", context, part="handoffs/_inbox_rows.html")


class HandoffList(View):
    """Every handoff, by seam, state, assignee, lateness."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "handoff.read")
        terms = blueprint_of(request.workspace)
        filters = {key: request.GET.get(key, "").strip() for key in inbox.FILTERS}
        cards, after = inbox.handoff_page(terms, filters, request.at, request.GET.get("after", ""))
        context = listed(request, filters, after) | {
            "cards": cards,
            "seams": terms.seams,
            "states": Handoff.State.choices,
        }
        return page(request, "handoffs/handoff_list.html", context, part="handoffs/_handoff_rows.html")
