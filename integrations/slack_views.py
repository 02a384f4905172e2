"""The page that connects Slack."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.views import View

from core.http.requests import WorkspaceRequest
from core.http.web import done, page, tried
from core.people.permissions import permit
from integrations.forms import SlackForm
from integrations.models import SlackConnection
from integrations.slack.connecting import connect_slack, disconnect_slack


class SlackPage(View):
    """Connecting the workspace's app in Slack."""

    def get(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "workspace.manage")
        return page(request, "integrations/slack.html", _shown(request, SlackForm()))

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        permit(request.member, "workspace.manage")
        form = SlackForm(request.POST)
        if tried(form, connect_slack, by=request.member, at=request.at):
            return done(request, "Slack is connected. The next notices arrive there too.", "integrations:slack")
        return page(request, "integrations/slack.html", _shown(request, form), status=422)


class SlackRemoval(View):
    """Ending that."""

    def post(self, request: WorkspaceRequest) -> HttpResponse:
        disconnect_slack(by=request.member, at=request.at)
        return done(request, "Slack is no longer connected.", "integrations:slack")


def _shown(request: WorkspaceRequest, form: SlackForm) -> dict[str, Any]:
    address = settings.SITE_URL.rstrip("/") + reverse("slack_actions", args=[request.workspace.pk])
    kept = SlackConnection.objects.select_related("connected_by").first()
    return {"form": form, "connection": kept, "address": address}
