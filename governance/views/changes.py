"""Change requests: the list, a new one, and everything about one."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views import View

from governance import queries
from governance.actions import deciding, drafting, submitting
from governance.actions.breaking_glass import SHORTEST_REASON, publish_emergency
from governance.actions.publishing import publish
from governance.actions.rolling_back import roll_back
from governance.editors import EDITORS
from governance.forms import AnswerForm, NewChangeForm, ReasonForm
from governance.models import ChangeRequest, Impact
from governance.rules.differences import sides_of
from governance.views.charts import charts_of
from governance.views.shown import shown_edits
from revops.errors import BadInput, NotPermitted
from revops.web import page
from revops.workspaces.permissions import may, permit

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
TABS = (("open", "Open"), ("review", "In review"), ("approved", "To publish"), ("closed", "Closed"))
PER_PAGE = 50


class Changes(View):
    """What is proposed, and what became of it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        state = request.GET.get("state", "open")
        state = state if state in {"open", "closed", *State.values} else "open"
        found = queries.changes(request.member, state)
        before = request.GET.get("before", "")
        if before.isdecimal() and len(before) < 15:
            found = found.filter(number__lt=int(before))
        rows = list(found[: PER_PAGE + 1])
        counts = queries.counts_by_state(request.member)
        context = {
            "changes": [{"change": each, "tone": STATE_TONES[State(each.state)]} for each in rows[:PER_PAGE]],
            "next": rows[PER_PAGE - 1].number if len(rows) > PER_PAGE else None,
            "state": state,
            "tabs": [
                {"state": key, "label": label, "count": getattr(counts, key), "is_active": key == state}
                for key, label in TABS
            ],
            "may_propose": may(request.member, "change.propose"),
        }
        return page(request, "governance/change_list.html", context)


class NewChange(View):
    """Choose what should change, and say why."""

    def get(self, request: HttpRequest) -> HttpResponse:
        permit(request.member, "change.propose")
        what, of = request.GET.get("what", ""), request.GET.get("of", "")
        return self._page(request, NewChangeForm(initial={"what": what, "of": of, **_suggested(request, what, of)}))

    def post(self, request: HttpRequest) -> HttpResponse:
        permit(request.member, "change.propose")
        form = NewChangeForm(request.POST)
        if not form.is_valid():
            return self._page(request, form, status=422)
        given = form.cleaned_data
        kind = ChangeRequest.Kind.NORMAL
        if given["is_emergency"]:
            permit(request.member, "change.publish")
            kind = ChangeRequest.Kind.EMERGENCY
        change = drafting.draft(request.member, title=given["title"], reason=given["reason"], at=request.at, kind=kind)
        if given["what"] in EDITORS:
            return redirect(edit_url(request, change, given["what"], given["of"]))
        return redirect("governance:change", request.workspace.slug, change.number)

    def _page(self, request: HttpRequest, form: NewChangeForm, status: int = 200) -> HttpResponse:
        is_admin = may(request.member, "change.publish")
        document = queries.document_of(request.workspace.blueprint_version)
        context = {
            "form": form,
            "choices": [
                {"editor": editor, "subjects": editor.subjects(document)}
                for editor in EDITORS.values()
                if is_admin or not editor.admins_only
            ],
            "may_break_glass": is_admin,
            "shortest_reason": SHORTEST_REASON,
        }
        return page(request, "governance/change_new.html", context, status=status)


class Change(View):
    """Diff, checks, impact, answers and history of one request, with the buttons this member may press."""

    def get(self, request: HttpRequest, number: int) -> HttpResponse:
        change = queries.change_for(request.member, number)
        return page(request, "governance/change_detail.html", change_context(request, change))


def change_context(request: HttpRequest, change: ChangeRequest) -> dict[str, Any]:
    """What the page of one request shows."""
    member, edits = request.member, queries.edits_of(change)
    proposed = queries.proposed_by(change)
    is_mine = change.author_id == member.pk or may(member, "change.publish")
    is_behind = change.base_version != request.workspace.blueprint_version
    impact = queries.newest_impact(change)
    state = State(change.state)
    why_not = queries.why_not_approve(change, member)
    approvals = list(queries.approvals_of(change))
    is_unreviewed = change.kind == ChangeRequest.Kind.EMERGENCY and state == State.PUBLISHED and not approvals
    return {
        "change": change,
        "tone": STATE_TONES[state],
        "edits": shown_edits(proposed, edits),
        "sides": [SIDES.get(side, side) for side in sides_of(proposed, edits)],
        "checks": queries.checks_of(change) if change.kind != ChangeRequest.Kind.FOUNDING else None,
        "approvals": approvals,
        "events": queries.timeline_of(change),
        "why_not": why_not,
        "is_behind": is_behind and state in (State.DRAFT, State.REVIEW, State.APPROVED),
        "may_edit": is_mine and state == State.DRAFT,
        "may_withdraw": is_mine and state in (State.DRAFT, State.REVIEW, State.APPROVED),
        "may_answer": (state == State.REVIEW or is_unreviewed) and not why_not,
        "may_publish": state == State.APPROVED and may(member, "change.publish"),
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
        **impact_context(impact),
    }


def impact_context(impact: Impact | None) -> dict[str, Any]:
    """What the impact's panel shows."""
    is_running = impact is not None and impact.state in (Impact.State.WAITING, Impact.State.RUNNING)
    return {"impact": impact, "is_running": is_running, "charts": charts_of(impact) if impact else {}}


def edit_url(request: HttpRequest, change: ChangeRequest, what: str, of: str) -> str:
    """Where one part of a draft is edited."""
    url = reverse("governance:edit", args=[request.workspace.slug, change.number, what])
    return f"{url}?{urlencode({'of': of})}" if of else url


def _suggested(request: HttpRequest, what: str, of: str) -> dict[str, str]:
    if what not in EDITORS:
        return {}
    document = queries.document_of(request.workspace.blueprint_version)
    return {"title": f"Change {EDITORS[what].label_of(document, of)}"[:200]}


class ImpactPanel(View):
    """The impact alone, for the live bar; POST asks for it anew."""

    def get(self, request: HttpRequest, number: int) -> HttpResponse:
        change = queries.change_for(request.member, number)
        context = {"change": change, **impact_context(queries.newest_impact(change))}
        return page(request, "governance/impact_page.html", context, part="governance/_impact.html")

    def post(self, request: HttpRequest, number: int) -> HttpResponse:
        change = queries.change_for(request.member, number)
        days = request.POST.get("days", "90")
        if days not in {"30", "90", "180", "365", "3650"}:
            raise BadInput("Choose one of the stretches offered.", field="days")
        submitting.ask_impact(change, by=request.member, at=request.at, days=int(days))
        return back_to(request, change)


class Verb(View):
    """A small resource that a POST makes: the change moves on, the page is shown again."""

    said = ""

    def post(self, request: HttpRequest, number: int) -> HttpResponse:
        change = queries.change_for(request.member, number)
        shown = self.act(request, change) or change
        if self.said:
            messages.success(request, self.said.format(change=change))
        return back_to(request, shown)

    def act(self, request: HttpRequest, change: ChangeRequest) -> ChangeRequest | None:
        """Do it; answer with another request where that is what to show next."""
        raise NotImplementedError


def back_to(request: HttpRequest, change: ChangeRequest) -> HttpResponse:
    """The change's page."""
    return redirect("governance:change", request.workspace.slug, change.number)


class Submission(Verb):
    """Hand the draft in."""

    said = "In review. The impact is being worked out."

    def act(self, request: HttpRequest, change: ChangeRequest) -> None:
        submitting.submit(change, by=request.member, at=request.at)


class Approval(Verb):
    """Agree."""

    said = "Your approval is noted."

    def act(self, request: HttpRequest, change: ChangeRequest) -> None:
        deciding.approve(change, by=request.member, at=request.at, note=_note(request))


class Rejection(Verb):
    """Turn down, saying why."""

    said = "Rejected."

    def act(self, request: HttpRequest, change: ChangeRequest) -> None:
        deciding.reject(change, by=request.member, at=request.at, note=_note(request))


class Withdrawal(Verb):
    """Take back."""

    said = "Withdrawn."

    def act(self, request: HttpRequest, change: ChangeRequest) -> None:
        deciding.withdraw(change, by=request.member, at=request.at)


class Publication(Verb):
    """Publish; an emergency's draft is published at once."""

    said = "Published as version {change.published_version}. Everybody is told."

    def act(self, request: HttpRequest, change: ChangeRequest) -> None:
        if change.kind == ChangeRequest.Kind.EMERGENCY and change.state == State.DRAFT:
            if len(change.reason) < SHORTEST_REASON:
                raise BadInput(f"Give a reason of at least {SHORTEST_REASON} characters first.", field="reason")
            publish_emergency(change, by=request.member, at=request.at)
        else:
            publish(change, by=request.member, at=request.at)


class Rollback(Verb):
    """Ask to undo a published change."""

    said = "A request to roll back is in review."

    def act(self, request: HttpRequest, change: ChangeRequest) -> ChangeRequest:
        form = ReasonForm(request.POST)
        if not form.is_valid():
            raise BadInput("Say why the change should be undone.", field="reason")
        return roll_back(change, by=request.member, at=request.at, reason=form.cleaned_data["reason"])


class Update(Verb):
    """Put a draft on the version in force."""

    said = "Up to date with the version in force."

    def act(self, request: HttpRequest, change: ChangeRequest) -> None:
        drafting.bring_up_to_date(change, by=request.member)


class Repetition(Verb):
    """Propose the same again."""

    said = "A new draft with the same edits."

    def act(self, request: HttpRequest, change: ChangeRequest) -> ChangeRequest:
        return drafting.propose_again(change, by=request.member, at=request.at)


class Retraction(Verb):
    """Take one edit out of the draft."""

    def act(self, request: HttpRequest, change: ChangeRequest) -> None:
        drafting.retract(change, request.POST.get("edit", ""), by=request.member)


class Words(Verb):
    """Other title and reason."""

    said = "Saved."

    def act(self, request: HttpRequest, change: ChangeRequest) -> None:
        title, reason = request.POST.get("title", ""), request.POST.get("reason", "")
        if len(reason) > 10_000:
            raise BadInput("At most 10,000 characters.", field="reason")
        drafting.reword(change, title=title, reason=reason, by=request.member)


def _note(request: HttpRequest) -> str:
    form = AnswerForm(request.POST)
    if not form.is_valid():
        raise BadInput("At most 4,000 characters.", field="note")
    note: str = form.cleaned_data["note"]
    return note


def only_admins(request: HttpRequest) -> None:
    """Raise NotPermitted for everybody else."""
    if not may(request.member, "change.publish"):
        raise NotPermitted("Only admins edit the whole blueprint as text.")
