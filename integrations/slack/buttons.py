"""What somebody answers in Slack: the same action as theirs on the page, with the same refusals."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from slack_sdk.signature import SignatureVerifier

from core.errors import Refusal
from core.history.actions import running_version
from core.people.factors import unlock
from core.people.models import Member, Workspace
from core.tenancy.scope import workspace_scope
from core.waking import poke
from handoffs.actions import answering
from handoffs.queries.inbox import handoff_numbered
from integrations.models import SlackConnection, SlackPerson

LONGEST = 64 * 1024
FORM = "application/x-www-form-urlencoded"
HOOKS = "https://hooks.slack.com/"
SAY = "notices.say_in_slack"


@method_decorator(csrf_exempt, name="dispatch")  # signed by Slack instead
class SlackActions(View):
    """Where Slack sends what was pressed. What is not signed with the workspace's secret within five minutes learns
    nothing: 404, as for a workspace that does not exist."""

    def post(self, request: HttpRequest, workspace_id: UUID) -> HttpResponse:
        workspace = Workspace.objects.filter(pk=workspace_id).first()
        if workspace is None or request.content_type != FORM or len(request.body) > LONGEST:
            return HttpResponse(status=404)
        with transaction.atomic(), workspace_scope(workspace), running_version(workspace.blueprint_version):
            if not _is_signed(request):
                return HttpResponse(status=404)
            pressed = _pressed(request.body)
            if pressed is None:
                return HttpResponse(status=400)
            said = answer(pressed, timezone.now())
        back = str(pressed.get("response_url") or "")
        if back.startswith(getattr(settings, "SLACK_HOOKS_URL", HOOKS)):
            poke(SAY, back, said)
        return HttpResponse()


def _is_signed(request: HttpRequest) -> bool:
    connection = SlackConnection.objects.first()
    if connection is None:
        return False
    try:
        verifier = SignatureVerifier(unlock(connection.signing_secret))
        return verifier.is_valid_request(request.body, dict(request.headers))
    except (ValueError, TypeError, InvalidToken):  # no number, no text, no ASCII; or a secret that no key opens
        return False


def _pressed(body: bytes) -> dict[str, Any] | None:
    """What Slack tells, None where it is of no shape that we know."""
    try:
        told = json.loads(QueryDict(body).get("payload", ""))
        known = isinstance(told["user"]["id"], str) and isinstance(told["actions"][0]["action_id"], str)
    except (ValueError, KeyError, IndexError, TypeError):
        return None
    return told if known else None


def answer(pressed: dict[str, Any], at: datetime) -> str:
    """Accept or reject as the member that this person of Slack is, and what became of it, in words."""
    known = SlackPerson.objects.exclude(slack_id="").select_related("member__workspace")
    person = known.filter(slack_id=pressed["user"]["id"]).first()
    if person is None or not person.member.is_active:
        return "Nobody here is known by this Slack account."
    [first, *_] = pressed["actions"]
    try:
        with transaction.atomic():
            return _answered(first, person.member, at)
    except Refusal as refusal:
        return refusal.detail


def _answered(pressed: dict[str, Any], by: Member, at: datetime) -> str:
    value = str(pressed.get("value") or (pressed.get("selected_option") or {}).get("value") or "")
    number, _, reason = value.partition(":")
    if not number.isdecimal() or len(number) > 18:
        return "This button is not one of ours."
    handoff = handoff_numbered(int(number))
    if pressed["action_id"] == "accept":
        answering.accept(handoff, by=by, at=at)
        return f"Accepted by {by.name}."
    if pressed["action_id"] == "reject":
        answering.reject(handoff, reason, by=by, at=at)
        return f"Rejected by {by.name}."
    return "This button is not one of ours."
