"""One change request: its page, and the panel of its impact."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views import View

from blueprint.differences import sides_of
from core.errors import BadInput
from core.http.requests import WorkspaceRequest
from core.http.web import page
from core.people.permissions import may
from governance import queries
from governance.actions import submitting
from governance.editors import EDITORS
from governance.forms import AnswerForm, ReasonForm
from governance.models import ChangeRequest, Impact
from governance.views.charts import charts_of
from governance.views.shown import shown_edits, shown_trail
from lifecycle.queries import walk_of

State = ChangeRequest.State
STATE_TONES = {
    State.DRAFT: "neutral",
    State.REVIEW: "info",
    State.APPROVED: "primary",
    State.PUBLISHED: "success",
    State.REJECTED: "error",
    State.WITHDRAWN: "neutral",
    State.STALE: "warning",
}
SIDES = {"marketing": "Marketing", "sales": "Sales", "customer_success": "Customer success", "revops": "RevOps"}


class Change(View):
    """Diff, checks, impact, answers and history of one request, with the buttons this member may press."""

    def get(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        change = queries.change_for(request.member, number)
        return page(request, "governance/change_detail.html", change_context(request, change))


class ImpactPanel(View):
    """The impact alone, for the live bar; POST asks for it anew."""

    def get(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        change = queries.change_for(request.member, number)
        context = {"change": change, **impact_context(change, queries.newest_impact(change))}
        return page(request, "governance/impact_page.html", context, part="governance/_impact.html")

    def post(self, request: WorkspaceRequest, number: int) -> HttpResponse:
        change = queries.change_for(request.member, number)
        days = request.POST.get("days", "90")
        if days not in {"30", "90", "180", "365", "3650"}:
            raise BadInput("Choose one of the stretches offered.", field="days")
        submitting.ask_impact(change, by=request.member, at=request.at, days=int(days))
        return back_to(request, change)


def change_context(request: WorkspaceRequest, change: ChangeRequest) -> dict[str, Any]:
    """What the page of one request shows."""
    member, edits = request.member, queries.edits_of(change)
    proposed = queries.proposed_by(change, edits)
    is_mine = change.author_id == member.pk or may(member, "change.publish")
    is_behind = change.base_version != request.workspace.blueprint_version
    impact = queries.newest_impact(change)
    state = State(change.state)
    why_not = queries.why_not_approve(change, member)
    approvals = list(queries.approvals_of(change))
    is_alone = change.kind == ChangeRequest.Kind.EMERGENCY or change.in_setup
    is_unreviewed = is_alone and state == State.PUBLISHED and not approvals
    may_publish = may(member, "change.publish")
    may_alone = state == State.REVIEW and bool(request.workspace.setup_since) and not queries.others_of(change)
    return {
        "change": change,
        "tone": STATE_TONES[state],
        "edits": shown_edits(proposed, edits),
        "sides": [SIDES.get(side, side) for side in sides_of(proposed, edits)],
        "checks": queries.checks_of(change) if change.kind != ChangeRequest.Kind.FOUNDING else None,
        "approvals": approvals,
        "trail": shown_trail(proposed, queries.trail_of(change)),
        "events": queries.timeline_of(change),
        "why_not": why_not,
        "is_behind": is_behind and state in (State.DRAFT, State.REVIEW, State.APPROVED),
        "may_edit": is_mine and state == State.DRAFT,
        "may_withdraw": (is_mine or queries.is_author(change, member))
        and state in (State.DRAFT, State.REVIEW, State.APPROVED),
        "may_answer": (state == State.REVIEW or is_unreviewed) and not why_not,
        "may_publish": (state == State.APPROVED or may_alone) and may_publish,
        "may_alone": may_alone and may_publish,
        "may_break_glass": state == State.DRAFT
        and change.kind == ChangeRequest.Kind.EMERGENCY
        and may(member, "change.publish"),
        "may_roll_back": state == State.PUBLISHED
        and (change.published_version or 0) > 1
        and may(member, "change.propose"),
        "may_repeat": state in (State.STALE, State.REJECTED, State.WITHDRAWN) and may(member, "change.propose"),
        "is_unreviewed": is_unreviewed,
        "answer_form": AnswerForm(),
        "reason_form": ReasonForm(),
        "editors": EDITORS.values(),
        **impact_context(change, impact),
    }


def impact_context(change: ChangeRequest, impact: Impact | None) -> dict[str, Any]:
    """What the impact's panel shows."""
    is_running = impact is not None and impact.state in (Impact.State.WAITING, Impact.State.RUNNING)
    walk = walk_of(change.published_version) if change.published_version else None
    return {"impact": impact, "is_running": is_running, "charts": charts_of(impact) if impact else {}, "walk": walk}


def back_to(request: WorkspaceRequest, change: ChangeRequest) -> HttpResponse:
    """The change's page."""
    return redirect("governance:change", request.workspace.slug, change.number)
