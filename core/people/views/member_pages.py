"""Who is here: the list, one member, role, time off, deactivation."""

from uuid import UUID

from django.http import HttpResponse
from django.views import View

from core.http.requests import WorkspaceRequest
from core.http.web import done, page, tried
from core.people import makings, membership, queries, team_seats
from core.people.deputy_form import DeputyForm
from core.people.forms import DescribeForm, RoleForm, TimeOffForm
from core.people.models import Member
from core.people.permissions import may, permit


class People(View):
    """All members, with their teams and absences."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "people.read")
        text = request.GET.get("q", "")[:100]
        context = {
            "people": queries.people(text, at=request.at),
            "text": text,
            "manages": may(request.member, "people.manage"),
            "at": request.at,
        }
        return page(request, "workspaces/people.html", context, part="workspaces/_people_rows.html")


class OneMember(View):
    """One member: what they may, where they sit, when they are away."""

    def get(self, request: WorkspaceRequest, member_id: UUID) -> HttpResponse:
        permit(request.member, "people.read")
        return self.show(request, queries.member_for(member_id))

    def post(self, request: WorkspaceRequest, member_id: UUID) -> HttpResponse:
        member = queries.member_for(member_id)
        permit(request.member, "people.manage")
        form = DescribeForm(request.POST)
        saved = tried(form, membership.describe, member, by=request.member, at=request.at)
        if saved:
            return done(request, f"{saved.name} is saved.", "workspaces:member", member.pk)
        return self.show(request, member, describing=form, status=422)

    @staticmethod
    def show(request: WorkspaceRequest, member: Member, *, status: int = 200, **forms: object) -> HttpResponse:
        """The page, with a refused form in place of the fresh one."""
        context = {
            "person": member,
            "seats": queries.seats_of(member),
            "absences": queries.time_off_of(member, request.at),
            "manages": may(request.member, "people.manage"),
            "leads": team_seats.leads_person(request.member, member),
            "plans": membership.may_plan_for(request.member, member),
            "describing": DescribeForm(initial={"name": member.name, "external_key": member.external_key}),
            "choosing": RoleForm(initial={"role": member.role}),
            "leaving_for": TimeOffForm(),
            "naming": DeputyForm(of=member, initial={"deputy": (deputy := queries.deputy_of(member)) and deputy.pk}),
            "deputy": deputy,
            "made": _made(request, member),
            **forms,
        }
        return page(request, "workspaces/member.html", context, status=status)


def _made(request: WorkspaceRequest, member: Member) -> list[dict[str, object]]:
    """What ends when the member leaves, and with which roles each of it ends already; for who manages people."""
    if not (member.is_active and may(request.member, "people.manage")):
        return []
    by_role = {
        label: {making.id for making in makings.held_by(member, role, request.at)}
        for role, label in Member.Role.choices
        if role != member.role
    }
    return [
        {"making": making, "roles": [label for label, ids in by_role.items() if making.id in ids]}
        for making in makings.held_by(member, None, request.at)
    ]


class MemberRole(View):
    """Another role."""

    def post(self, request: WorkspaceRequest, member_id: UUID) -> HttpResponse:
        member, form = queries.member_for(member_id), RoleForm(request.POST)
        permit(request.member, "people.manage")
        changed = tried(form, membership.change_role, member, by=request.member, at=request.at)
        if changed:
            return done(request, f"{changed.name} is now {changed.get_role_display()}.", "workspaces:member", member.pk)
        return OneMember.show(request, member, choosing=form, status=422)


class Deactivation(View):
    """The end of a membership, which can be taken back."""

    def post(self, request: WorkspaceRequest, member_id: UUID) -> HttpResponse:
        member = membership.deactivate(queries.member_for(member_id), by=request.member, at=request.at)
        return done(request, f"{member.name} no longer comes in.", "workspaces:member", member.pk)


class Reactivation(View):
    """Back again."""

    def post(self, request: WorkspaceRequest, member_id: UUID) -> HttpResponse:
        member = membership.reactivate(queries.member_for(member_id), by=request.member, at=request.at)
        return done(request, f"{member.name} may come in again.", "workspaces:member", member.pk)


class DeputyOf(View):
    """Who stands in for them."""

    def post(self, request: WorkspaceRequest, member_id: UUID) -> HttpResponse:
        member = queries.member_for(member_id)
        form = DeputyForm(request.POST, of=member)
        if form.is_valid():
            deputy = form.cleaned_data["deputy"]
            membership.name_deputy(member, deputy, by=request.member, at=request.at)
            said = f"{deputy.name} stands in for {member.name}." if deputy else f"Nobody stands in for {member.name}."
            return done(request, said, "workspaces:member", member.pk)
        return OneMember.show(request, member, naming=form, status=422)


class Absences(View):
    """A new absence."""

    def post(self, request: WorkspaceRequest, member_id: UUID) -> HttpResponse:
        member, form = queries.member_for(member_id), TimeOffForm(request.POST)
        if form.is_valid():
            membership.add_time_off(member, **form.absence(), by=request.member, at=request.at)
            return done(request, f"{member.name} receives nothing in these days.", "workspaces:member", member.pk)
        return OneMember.show(request, member, leaving_for=form, status=422)


class AbsenceRemoval(View):
    """An absence that does not take place."""

    def post(self, request: WorkspaceRequest, member_id: UUID, absence_id: UUID) -> HttpResponse:
        absence = queries.absence_for(member_id, absence_id)
        membership.remove_time_off(absence, by=request.member, at=request.at)
        return done(request, "The absence is taken back.", "workspaces:member", absence.member.pk)
