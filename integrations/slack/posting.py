"""Notices as messages in Slack: each with its link, an offered handoff with buttons to answer it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from blueprint.documents import blueprint_of
from core.notices.channels import NotTaken
from core.notices.mailing import link_of
from core.notices.models import Notice, NoticeKind
from core.people.factors import unlock
from core.people.models import Member, Workspace
from core.tenancy.scope import workspace_scope
from integrations.models import SlackConnection, SlackPerson

SHOWN = 15  # a message has at most fifty blocks
PATIENCE_S = 10
API = "https://slack.com/api/"
LOOK_AGAIN = timedelta(days=1)
UNKNOWN = {"users_not_found", "user_not_found"}
ANSWERABLE = (NoticeKind.OFFERED, NoticeKind.PASSED_ON)


@dataclass(frozen=True)
class Post:
    """A message for one person."""

    workspace_id: UUID
    member_id: UUID
    token: str
    email: str
    slack_id: str
    text: str
    blocks: list[dict[str, Any]]
    name: str


class SlackChannel:
    """Slack, for workspaces that connected their app."""

    def serves(self, workspace: Workspace) -> bool:
        """Whether it did. One query."""
        return SlackConnection.objects.exists()

    def prepared(
        self, workspace: Workspace, member: Member, notices: Sequence[Notice], name: str
    ) -> Callable[[], object] | None:
        """The message; None for somebody Slack did not know within the last day."""
        connection = SlackConnection.objects.get()
        person = SlackPerson.objects.filter(member=member).first()
        if person and not person.slack_id and person.looked_at > timezone.now() - LOOK_AGAIN:
            return None
        blocks = [block for notice in notices[:SHOWN] for block in blocks_of(workspace, notice)]
        text = f"{notices[0].label}: {notices[0].title}" if len(notices) == 1 else f"{len(notices)} notices"
        known = person.slack_id if person else ""
        token = unlock(connection.token)
        return partial(_post, Post(workspace.pk, member.pk, token, member.email, known, _plain(text), blocks, name))


def blocks_of(workspace: Workspace, notice: Notice) -> list[dict[str, Any]]:
    """A notice as blocks of a message."""
    text = f"*{notice.label}*\n<{link_of(workspace, notice)}|{_plain(notice.title)}>"
    if due := notice.due_at:  # read by Slack in the reader's own zone
        text += f"\nby <!date^{int(due.timestamp())}^{{date_short_pretty}} {{time}}|{due:%d %b %H:%M} UTC>"
    found: list[dict[str, Any]] = [{"type": "section", "text": {"type": "mrkdwn", "text": text}}]
    if notice.kind in ANSWERABLE and notice.about == "handoff" and notice.number is not None:
        found.append({"type": "actions", "elements": [_accept(notice.number), *_reject(workspace, notice.number)]})
    return found


def _accept(number: int) -> dict[str, Any]:
    label = {"type": "plain_text", "text": "Accept"}
    return {"type": "button", "style": "primary", "action_id": "accept", "value": str(number), "text": label}


def _reject(workspace: Workspace, number: int) -> list[dict[str, Any]]:
    """The reasons that need no note, as a menu; the others are given on the page."""
    options = [
        {"text": {"type": "plain_text", "text": each.label[:75]}, "value": f"{number}:{each.key}"}
        for each in blueprint_of(workspace).reason_codes
        if each.purpose == "reject" and not each.needs_note
    ]
    if not options:
        return []
    label = {"type": "plain_text", "text": "Reject: why?"}
    return [{"type": "static_select", "action_id": "reject", "placeholder": label, "options": options[:100]}]


def _plain(text: str) -> str:
    """Slack reads three characters as marks."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _post(post: Post) -> bool:
    """Send it; False where Slack knows nobody by this address. Raises NotTaken."""
    client = WebClient(post.token, base_url=getattr(settings, "SLACK_API_URL", API), timeout=PATIENCE_S)
    try:
        slack_id = post.slack_id or _found(client, post)
        if not slack_id:
            return False
        client.chat_postMessage(channel=slack_id, text=post.text, blocks=post.blocks, client_msg_id=post.name)
    except SlackApiError as refused:
        raise NotTaken(f"Slack says {refused.response.get('error', 'no')}") from refused
    except SlackClientError as trouble:
        raise NotTaken(str(trouble)) from trouble
    return True


def _found(client: WebClient, post: Post) -> str:
    """Who has this address in Slack, kept for the next time."""
    try:
        slack_id = str(client.users_lookupByEmail(email=post.email)["user"]["id"])
    except SlackApiError as refused:
        if refused.response.get("error") not in UNKNOWN:
            raise
        slack_id = ""
    with workspace_scope(post.workspace_id):
        if slack_id:  # an address may have passed to somebody else
            SlackPerson.objects.filter(slack_id=slack_id).exclude(member_id=post.member_id).delete()
        kept = {"slack_id": slack_id, "looked_at": timezone.now()}
        SlackPerson.objects.update_or_create(member_id=post.member_id, defaults=kept)
    return slack_id
