"""Pages of hours of one's own: a member's and a team's."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.views import View

from core.errors import BadInput
from core.http.requests import WorkspaceRequest
from core.http.web import done, page, tried
from core.ical_days import LARGEST, NoCalendar, coming_days
from core.people import queries
from core.people.models import Member, Team
from core.people.permissions import permit
from core.public_holidays import public_holidays
from handoffs.actions.own_hours import drop_hours, keep_hours, may_set_hours
from handoffs.hours_forms import DaysOffForm, HoursForm, with_days
from handoffs.queries.own_days import own_hours_of, today_of

SHOWN = 50  # refused events on the page


class HoursPage(View):
    """When somebody works: seen by everybody, set by who may."""

    url = ""

    def whose(self, **named: Any) -> tuple[Member | Team, object]:
        """Whose they are, and what names them in an address. Raises NotFound."""
        raise NotImplementedError

    def get(self, request: WorkspaceRequest, **named: Any) -> HttpResponse:
        permit(request.member, "people.read")
        whose, _ = self.whose(**named)
        own = own_hours_of(whose)
        given = HoursForm.shown(own.hours.terms if own else None, request.workspace.time_zone)
        return self.show(request, whose, HoursForm(initial=given))

    def post(self, request: WorkspaceRequest, **named: Any) -> HttpResponse:
        whose, name = self.whose(**named)
        permit(request.member, "hours.set")
        do = request.POST.get("do", "")
        if do in ("load_country", "load_file"):
            return self._loaded(request, whose, do)
        if do == "drop":
            drop_hours(whose, by=request.member, at=request.at)
            return done(request, f"{whose.name} has no hours of their own any more.", self.url, name)
        form = HoursForm(request.POST)
        if tried(form, keep_hours, whose, by=request.member, at=request.at):
            said = f"The hours of {whose.name} are kept; they count from the next handoff on."
            return done(request, said, self.url, name)
        return self.show(request, whose, form, status=422)

    def _loaded(self, request: WorkspaceRequest, whose: Member | Team, do: str) -> HttpResponse:
        """The same form with days off among the others; nothing is kept yet."""
        loading, refused = DaysOffForm(request.POST, request.FILES), list[tuple[str, str]]()
        written = request.POST.get("holidays", "")[:60_000]
        if loading.is_valid():
            try:
                days, refused = _days(loading, do, today_of(whose, request.workspace, request.at))
                written, new = with_days(written, days)
                messages.success(request, f"{new} of {len(days)} days came in; save to keep them.")
            except BadInput as bad:
                loading.add_error(bad.field, bad.detail)
        form = HoursForm(initial={**request.POST.dict(), "holidays": written})
        context = {"loading": loading, "refused": refused[:SHOWN], "unshown": max(len(refused) - SHOWN, 0)}
        return self.show(request, whose, form, status=200 if loading.is_valid() else 422, **context)

    def show(
        self, request: WorkspaceRequest, whose: Member | Team, form: HoursForm, *, status: int = 200, **more: Any
    ) -> HttpResponse:
        """The page, with a form that was refused in place of a fresh one."""
        context = {
            "whose": whose,
            "is_team": isinstance(whose, Team),
            "own": own_hours_of(whose),
            "form": form,
            "may_set": may_set_hours(request.member, whose),
            "loading": DaysOffForm(initial={"year": today_of(whose, request.workspace, request.at).year}),
            **more,
        }
        return page(request, "handoffs/hours.html", context, status=status)


class MemberHours(HoursPage):
    """A member's."""

    url = "handoffs:member_hours"

    def whose(self, **named: UUID) -> tuple[Member | Team, object]:
        member = queries.member_for(named["member_id"])
        return member, member.pk


class TeamHours(HoursPage):
    """A team's."""

    url = "handoffs:team_hours"

    def whose(self, **named: str) -> tuple[Member | Team, object]:
        team = queries.team_for(named["key"])
        return team, team.key


def _days(loading: DaysOffForm, do: str, today: date) -> tuple[list[tuple[date, str]], list[tuple[str, str]]]:
    """The days that were asked for, and which events gave none. Raises BadInput naming the field."""
    asked = loading.cleaned_data
    if do == "load_country":
        return public_holidays(asked["country"], asked["region"].strip(), [asked["year"] or today.year]), []
    if not asked["file"]:
        raise BadInput("Choose an iCal file.", code="no_file", field="file")
    try:
        found = coming_days(asked["file"].read(LARGEST + 1), today)
    except NoCalendar as bad:
        raise BadInput(str(bad), code=bad.code, field="file") from None
    return list(found.days.items()), found.refused
