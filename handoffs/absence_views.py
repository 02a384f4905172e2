"""The absences of a manager's people in one calendar, and entering one."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views import View

from core.http.requests import WorkspaceRequest
from core.http.web import page
from core.people import membership
from core.people.forms import TimeOffForm
from core.people.models import Member
from core.people.permissions import may, permit
from handoffs.queries.absence_month import absence_month, people_of


class TeamAbsenceForm(TimeOffForm):
    """Who is away, from which day to which."""

    member = forms.ModelChoiceField(queryset=None, label="Who", empty_label="Choose somebody")
    field_order = ("member", "first", "last", "note")

    def __init__(self, *args: Any, people: list[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = Member.objects.filter(pk__in=[each.pk for each in people])
        self.fields["member"].queryset = found.order_by("name")  # type: ignore[attr-defined]


class TeamAbsences(View):
    """A month of everybody in the teams one looks after: who is away, who takes over, where too few are left."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "people.read")
        return self.show(request)

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "time_off.plan")
        form = TeamAbsenceForm(request.POST, people=people_of(request.member))
        if not form.is_valid():
            return self.show(request, form, status=422)
        member, absence = form.cleaned_data["member"], form.absence()
        membership.add_time_off(member, **absence, by=request.member, at=request.at)
        messages.success(request, f"{member.name} receives nothing in these days.")
        month = f"{form.cleaned_data['first']:%Y-%m}"
        return redirect(reverse("handoffs:absences", args=[request.workspace.slug]) + f"?month={month}")

    @staticmethod
    def show(request: WorkspaceRequest, form: TeamAbsenceForm | None = None, status: int = 200) -> HttpResponse:
        """The page, with a refused form in place of the fresh one."""
        asked, zone = request.GET, ZoneInfo(request.workspace.time_zone)
        team = asked.get("team", "").strip()
        month = absence_month(request.member, request.at, zone, month=asked.get("month", ""), team=team)
        plans = month.people and may(request.member, "time_off.plan") and request.member.role != Member.Role.LEADER
        if form is None and plans:
            form = TeamAbsenceForm(people=[each.member for each in month.people])
        is_anybody_away = any(each.absences for each in month.people)
        context = {"month": month, "team": team, "form": form if plans else None, "is_anybody_away": is_anybody_away}
        return page(request, "handoffs/absences.html", context, status=status)
