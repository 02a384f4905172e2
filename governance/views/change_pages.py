"""Change requests: the list, a new one, everything about one, and setup mode with what it let through."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views import View

from core.errors import BadInput
from core.http.requests import WorkspaceRequest
from core.http.web import page
from core.people.known_functions import functions_of
from core.people.permissions import may, permit
from governance.actions.breaking_glass import SHORTEST_REASON
from governance.actions.drafting import draft
from governance.actions.setting_up import end_setup
from governance.actions.submitting import ask_impact
from governance.editors import EDITORS, NEW
from governance.forms.change_forms import NewChangeForm
from governance.models import ChangeRequest, Impact
from governance.queries.change_list import OPEN, STATES, changes, counts_by_state, overdue_count
from governance.queries.detail import ChangeDetail, change_for
from governance.queries.proofs import changed_proofs
from governance.queries.proposals import base_of
from governance.queries.published import document_of
from governance.queries.reviews import is_author, others_of, setup_changes, why_not_approve, why_not_end_setup
from governance.views.shown import charts_of, shown_edits, shown_trail

Kind, State = ChangeRequest.Kind, ChangeRequest.State
STATE_TONES = {
    State.DRAFT: "neutral",
    State.REVIEW: "info",
    State.APPROVED: "primary",
    State.PUBLISHED: "success",
    State.REJECTED: "error",
    State.WITHDRAWN: "neutral",
    State.STALE: "warning",
}
TABS = (
    ("open", "Open"),
    ("review", "In review"),
    ("approved", "To publish"),
    ("unreviewed", "To review"),
    ("closed", "Closed"),
)


class Changes(View):
    """What is proposed, and what became of it."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        state, before = request.GET.get("state", "open"), request.GET.get("before", "")
        state = state if state in STATES else "open"
        is_number = before.isascii() and before.isdecimal() and len(before) < 15
        rows, following = changes(request.member, state, before if is_number else "")
        counts = counts_by_state(request.member)
        context = {
            "changes": [{"change": each, "tone": STATE_TONES[State(each.state)]} for each in rows],
            "next": following,
            "overdue": overdue_count(request.at) if counts["unreviewed"] else 0,
            "state": state,
            "tabs": [
                {"state": key, "label": label, "count": counts[key], "is_active": key == state} for key, label in TABS
            ],
            "may_propose": may(request.member, "change.propose"),
        }
        return page(request, "governance/change_list.html", context)


class UnreviewedFigure(View):
    """How much is in force that nobody but its authors agreed to, for the scorecard."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        count = counts_by_state(request.member)["unreviewed"]
        context = {"unreviewed": count, "overdue": overdue_count(request.at) if count else 0}
        return page(request, "governance/unreviewed_figure.html", context, part="governance/_unreviewed_figure.html")


class NewChange(View):
    """Choose what should change, and say why."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "change.propose")
        what, of = request.GET.get("what", ""), request.GET.get("of", "")
        title = ""
        if what in EDITORS:
            label = EDITORS[what].label_of(document_of(request.workspace.blueprint_version), of)
            title = (label if of.endswith(NEW) else f"Change {label}")[:200]
        return self._page(request, NewChangeForm(initial={"what": what, "of": of, "title": title}))

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "change.propose")
        form = NewChangeForm(request.POST)
        if not form.is_valid():
            return self._page(request, form, status=422)
        given = form.cleaned_data
        if given["is_emergency"]:
            permit(request.member, "change.publish")
        kind = Kind.EMERGENCY if given["is_emergency"] else Kind.NORMAL
        change = draft(request.member, title=given["title"], reason=given["reason"], at=request.at, kind=kind)
        if given["what"] not in EDITORS:
            return back_to(request, change)
        url = reverse("governance:edit", args=[request.workspace.slug, change.number, given["what"]])
        return redirect(f"{url}?{urlencode({'of': given['of']})}" if given["of"] else url)

    def _page(self, request: WorkspaceRequest, form: NewChangeForm, status: int = 200) -> HttpResponse:
        is_admin = may(request.member, "change.publish")
        context = {
            "form": form,
            "editors": [editor for editor in EDITORS.values() if is_admin or not editor.admins_only],
            "may_break_glass": is_admin,
            "shortest_reason": SHORTEST_REASON,
        }
        return page(request, "governance/change_new.html", context, status=status)


class Change(View):
    """Diff, checks, impact, answers and history of one request, with the buttons this member may press."""

    def get(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        detail = ChangeDetail(change_for(request.member, number))
        change = detail.change
        functions = functions_of(request.workspace) | {
            each["key"]: each["label"] for each in detail.proposed["functions"]
        }
        context = {
            "change": change,
            "tone": STATE_TONES[State(change.state)],
            "edits": shown_edits(detail.proposed, detail.edits),
            "sides": [functions.get(side, side) for side in detail.sides],
            "checks": detail.checks if change.kind != Kind.FOUNDING else None,
            "approvals": detail.answers,
            "trail": shown_trail(detail.proposed, detail.trail),
            "events": detail.timeline,
            "editors": EDITORS.values(),
            "proofs": changed_proofs(base_of(change), detail.proposed),
            "proof_path": "",
            **_offered(request, detail),
            **_impact_context(request, detail),
        }
        return page(request, "governance/change_detail.html", context)


def _offered(request: WorkspaceRequest, detail: ChangeDetail) -> dict[str, Any]:
    """What this member may do with the request now."""
    change, member, state = detail.change, request.member, State(detail.change.state)
    is_admin, may_propose = may(member, "change.publish"), may(member, "change.propose")
    is_mine, is_open = change.author_id == member.pk or is_admin, state in OPEN
    why_not = why_not_approve(change, member)
    is_unreviewed = detail.review is not None and detail.review["is_waiting"]
    is_alone = state == State.REVIEW and request.workspace.setup_since is not None and not others_of(change)
    return {
        "why_not": "" if is_admin and is_alone else why_not,
        "is_behind": is_open and change.base_version != request.workspace.blueprint_version,
        "is_unreviewed": is_unreviewed,
        "may_edit": is_mine and state == State.DRAFT,
        "may_withdraw": is_open and (is_mine or is_author(change, member)),
        "may_answer": (state == State.REVIEW or is_unreviewed) and not why_not,
        "may_publish": is_admin and (state == State.APPROVED or is_alone),
        "may_alone": is_admin and is_alone,
        "may_break_glass": is_admin and state == State.DRAFT and change.kind == Kind.EMERGENCY,
        "may_roll_back": may_propose and state == State.PUBLISHED and (change.published_version or 0) > 1,
        "may_repeat": may_propose and state in (State.STALE, State.REJECTED, State.WITHDRAWN),
    }


class ImpactPanel(View):
    """The impact alone, for the live bar; POST asks for it anew."""

    def get(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        detail = ChangeDetail(change_for(request.member, number))
        context = {"change": detail.change, **_impact_context(request, detail)}
        return page(request, "governance/impact_page.html", context, part="governance/_impact.html")

    def post(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        change = change_for(request.member, number)
        days = request.POST.get("days", "90")
        if days not in {"30", "90", "180", "365", "3650"}:
            raise BadInput("Choose one of the stretches offered.", field="days")
        ask_impact(change, by=request.member, at=request.at, days=int(days))
        return back_to(request, change)


def _impact_context(request: WorkspaceRequest, detail: ChangeDetail) -> dict[str, Any]:
    impact = detail.impact
    return {
        "impact": impact,
        "is_running": impact is not None and impact.state in (Impact.State.WAITING, Impact.State.RUNNING),
        "charts": charts_of(impact) if impact else {},
        **detail.followers._asdict(),
        "may_retime": may(request.member, "change.publish"),
    }


def back_to(request: WorkspaceRequest, change: ChangeRequest) -> HttpResponse:
    """The change's page."""
    return redirect("governance:change", request.workspace.slug, change.number)


class Setup(View):
    """Everything one person published alone, for a second approver to confirm; POST ends the mode."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        found = list(setup_changes(request.member))
        context = {
            "changes": found,
            "waiting": sum(not change.approvals.all() for change in found),
            "why_not": why_not_end_setup(request.member),
        }
        return page(request, "governance/setup.html", context)

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        confirms = request.POST.get("confirms") == "yes"
        end_setup(request.workspace, by=request.member, at=request.at, confirms=confirms)
        messages.success(request, "Setup mode has ended. From now on somebody else approves every change.")
        return redirect("governance:setup", request.workspace.slug)
