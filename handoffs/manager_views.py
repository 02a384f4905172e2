"""The board of a team, for its manager: choosing handoffs and moving them, with a look at what would come of it."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views import View

from blueprint.documents import blueprint_of
from core.errors import BadInput
from core.http.requests import WorkspaceRequest
from core.http.web import page
from core.people.models import Member
from core.people.permissions import may, permit
from handoffs.actions.in_bulk.acting import act_on_many
from handoffs.actions.in_bulk.bulk_rows import BulkVerb, BulkWish
from handoffs.actions.in_bulk.bulk_undo import undo_deed
from handoffs.forms import AssignForm
from handoffs.queries import task_lists
from handoffs.queries.balance import balance_of
from handoffs.queries.board import STATES, BoardFilters, board_of
from handoffs.queries.team import teams_of

POOL = "pool"
VERBS = {
    BulkVerb.REASSIGN: "Reassign",
    BulkVerb.ACCEPT: "Accept",
    BulkVerb.REJECT: "Reject",
    BulkVerb.RECALL: "Take back",
}


class TeamPage(View):
    """People by state with bars against their caps, queues, and the handoffs to choose from; their own tasks first."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "handoff.read")
        return self.show(request, BoardFilters.of(request.GET))

    @staticmethod
    def show(request: WorkspaceRequest, filters: BoardFilters, status: int = 200, **more: Any) -> HttpResponse:
        """The page; what was refused stands above it, and what was chosen stays so."""
        terms, member = blueprint_of(request.workspace), request.member
        acts = may(member, "handoff.reassign") and filters.state != "untouched"
        context = {
            "board": board_of(member, terms, filters, request.at),
            "filters": filters,
            "states": STATES,
            "seams": terms.seams,
            "tasks": (tasks := task_lists.tasks_where(member)),
            "seen_to": {each.pk for each in tasks},
            "pools": terms.pools,
            "may_act": acts,
            "may_propose": may(member, "change.propose"),
            "verbs": [(each.value, label) for each, label in VERBS.items()],
            "receivers": AssignForm(at=request.at).receivers if acts else [],
            "reasons": [each for each in terms.reason_codes if each.purpose == "reject"],
            **more,
        }
        return page(request, "handoffs/team.html", context, status=status)


class BulkPage(View):
    """What would come of it; and doing it, once that was seen."""

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "handoff.answer")
        asked = request.POST
        is_sure = asked.get("sure") == "yes"
        try:
            wish = _wish(request)
            moment: dict[str, Any] = {"by": request.member, "at": request.at}
            result = act_on_many(request.workspace, wish, is_rehearsed=not is_sure, is_kept=True, **moment)
        except BadInput as refusal:
            chosen = [int(each) for each in asked.getlist("number") if _is_number(each)]
            said = {"refusal": refusal, "chosen": chosen, "asked": asked}
            return TeamPage.show(request, BoardFilters.of(asked), status=422, **said)
        label = VERBS[wish.verb]
        context = {
            "result": result,
            "is_rehearsed": not is_sure,
            "label": label,
            "title": f"{label}: {result.done} done" if is_sure else f"{label} {result.done}?",
            "kept": [(name, each) for name in KEPT for each in asked.getlist(name)],
            "filters": BoardFilters.of(asked),
        }
        return page(request, "handoffs/bulk.html", context)


class BulkUndo(View):
    """Taking all of it back, within ten seconds; what came of each."""

    def post(self, request: WorkspaceRequest, deed_id: UUID) -> HttpResponse:
        result = undo_deed(request.workspace, deed_id, by=request.member, at=request.at)
        title = f"{VERBS[result.verb]}: taken back"
        context = {"result": result, "is_undone": True, "title": title, "filters": BoardFilters.of(request.POST)}
        return page(request, "handoffs/bulk.html", context)


KEPT = ("verb", "number", "receiver", "to", "reason", "note", "seam", "team", "who", "state")  # from look to deed


def _wish(request: WorkspaceRequest) -> BulkWish:
    """The form as the action takes it. One query where people are named. Raises BadInput."""
    asked = request.POST
    try:
        verb = BulkVerb(asked.get("verb", ""))
    except ValueError:
        raise BadInput("Say what is to be done.", code="unknown_verb", field="verb") from None
    named = asked.getlist("receiver")
    pairs = [each.split(":") for each in named] or [[each, asked.get("to", "")] for each in asked.getlist("number")]
    if any(len(each) != 2 or not _is_number(each[0]) for each in pairs):
        raise BadInput("This names no handoff.", code="unknown_item", field="number")
    numbers = [int(number) for number, _ in pairs]
    receivers: dict[int, Member | None] = {}
    if verb == BulkVerb.REASSIGN:
        people = _people({to for _, to in pairs})
        receivers = {int(number): people[to] for number, to in pairs}
    return BulkWish(verb, numbers, asked.get("reason", ""), asked.get("note", ""), receivers)


def _is_number(written: str) -> bool:
    return written.isdecimal() and len(written) <= 18


def _people(named: set[str]) -> dict[str, Member | None]:
    """Who is named by id; the pool is nobody. One query. Raises BadInput."""
    try:
        ids = {each: UUID(each) for each in named - {POOL}}
    except ValueError:
        raise BadInput("Choose who should have them.", code="receiver_needed", field="to") from None
    found = Member.objects.in_bulk(list(ids.values()))
    if len(found) < len(ids):
        raise BadInput("There is no such person.", code="unknown_member", field="to")
    return {each: found[member_id] for each, member_id in ids.items()} | {POOL: None}


class BalancePage(View):
    """A proposed redistribution within a team, and who would have how many."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "handoff.reassign")
        teams, key = teams_of(request.member), request.GET.get("team", "")
        chosen = [each for each in teams if key in ("", each.key)]
        if key and not chosen:
            raise BadInput("There is no such team among yours.", code="unknown_team", field="team")
        balance = balance_of(request.workspace, chosen[0], by=request.member, at=request.at) if chosen else None
        return page(request, "handoffs/balance.html", {"teams": teams, "balance": balance})
