"""What is proposed, and what became of it: the list."""

from django.http import HttpResponse
from django.views import View

from core.http.requests import WorkspaceRequest
from core.http.web import page
from core.people.permissions import may
from governance import queries
from governance.views.changes.showing import STATE_TONES, State

TABS = (
    ("open", "Open"),
    ("review", "In review"),
    ("approved", "To publish"),
    ("unreviewed", "To review"),
    ("closed", "Closed"),
)
PER_PAGE = 50


class Changes(View):
    """What is proposed, and what became of it."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        state = request.GET.get("state", "open")
        state = state if state in {"open", "closed", "unreviewed", *State.values} else "open"
        found = queries.changes(request.member, state)
        before = request.GET.get("before", "")
        if before.isdecimal() and len(before) < 15:
            found = found.filter(number__lt=int(before))
        rows = list(found[: PER_PAGE + 1])
        counts = queries.counts_by_state(request.member)
        context = {
            "changes": [{"change": each, "tone": STATE_TONES[State(each.state)]} for each in rows[:PER_PAGE]],
            "next": rows[PER_PAGE - 1].number if len(rows) > PER_PAGE else None,
            "overdue": queries.overdue_count(request.at) if counts.unreviewed else 0,
            "state": state,
            "tabs": [
                {"state": key, "label": label, "count": getattr(counts, key), "is_active": key == state}
                for key, label in TABS
            ],
            "may_propose": may(request.member, "change.propose"),
        }
        return page(request, "governance/change_list.html", context)


class UnreviewedFigure(View):
    """How much is in force that nobody but its authors agreed to, for the scorecard."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        count = queries.counts_by_state(request.member).unreviewed
        context = {"unreviewed": count, "overdue": queries.overdue_count(request.at) if count else 0}
        return page(request, "governance/unreviewed_figure.html", context, part="governance/_unreviewed_figure.html")
