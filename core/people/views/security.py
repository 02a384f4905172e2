"""The security log, for owners and admins."""

from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpResponse
from django.views import View

from core.http.requests import WorkspaceRequest
from core.http.web import page
from core.people.permissions import permit
from core.people.security_log import GROUPS, Wanted, label, people_to_choose, security_events, sentence


class LogForm(forms.Form):
    """Which part of the log to show."""

    member = forms.ChoiceField(label="Person or program", required=False)
    kind = forms.ChoiceField(label="What", required=False, choices=[("", "Everything"), *GROUPS.items()])
    first = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(one.pk), one.name) for one in people_to_choose()]
        self.fields["member"].choices = [("", "Everybody"), *people]  # type: ignore[attr-defined]

    def wanted(self, zone: ZoneInfo) -> Wanted:
        """Whole days, in the workspace's zone; a field that makes no sense limits nothing, and says so itself."""
        said = self.cleaned_data
        first, last = said.get("first"), said.get("last")
        return Wanted(
            member=UUID(said["member"]) if said.get("member") else None,
            kind=said.get("kind") or "",
            since=datetime.combine(first, time.min, tzinfo=zone) if first else None,
            until=datetime.combine(last + timedelta(days=1), time.min, tzinfo=zone) if last else None,
        )

    def clean_last(self) -> Any:
        return _bounded(self.cleaned_data["last"])

    def clean_first(self) -> Any:
        return _bounded(self.cleaned_data["first"])


def _bounded(day: Any) -> Any:
    if day and not 1990 <= day.year <= 2200:
        raise forms.ValidationError("Choose a day of this century.")
    return day


class SecurityLog(View):
    """Sign-ins, factors, keys, invitations, roles and refusals, newest first."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "security.read")
        form = LogForm(request.GET)
        form.is_valid()
        after = request.GET.get("after", "").replace("\x00", "")[:100]
        events, following = security_events(form.wanted(ZoneInfo(request.workspace.time_zone)), after)
        query = {key: value for key, value in form.data.items() if key in form.fields and value}
        context = {
            "form": form,
            "rows": [{"event": event, "label": label(event), "sentence": sentence(event)} for event in events],
            "next": urlencode({**query, "after": following}) if following else "",
            "is_narrowed": bool(query) or bool(after),
        }
        return page(request, "workspaces/security_log.html", context)
