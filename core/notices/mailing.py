"""Mails with notices: taken by a lease, sent while no row is locked, noted.

A worker that dies between the mail server's yes and our note sends the mail once more after the lease, with the same
Message-ID, by which mail programs know it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.urls import reverse

from core.errors import WorldMovedOn
from core.history.actions import record
from core.notices.channels import MAIL, NotTaken, channels_of
from core.notices.models import Notice, NoticeDelivery
from core.notices.rules import tried_again_at
from core.people.models import Member, Workspace
from core.people.permissions import permit
from core.sql import load
from core.tenancy.scope import workspace_scope

log = logging.getLogger(__name__)
CLAIM_DELIVERIES = load("core", "claim_deliveries")
FORGET_NOTICES = load("core", "forget_notices")
FORGOTTEN_AT_ONCE = 5_000
LEASE = timedelta(minutes=10)  # longer than a batch takes, each mail at EMAIL_TIMEOUT
BATCH = 4  # within the minute of a pass, even where the mail server sleeps
SHOWN = 50  # lines of a mail; the page shows all


def send_due(workspace: Workspace, at: datetime) -> int:
    """Send up to a batch of the workspace's mails whose time has come, and how many were taken up."""
    with workspace_scope(workspace):
        claimed = [delivery_id for (delivery_id,) in CLAIM_DELIVERIES.rows(at=at, lease=LEASE, most=BATCH)]
    for delivery_id in claimed:
        _send(workspace, delivery_id, at)
    return len(claimed)


def _send(workspace: Workspace, delivery_id: UUID, at: datetime) -> None:
    with workspace_scope(workspace):
        delivery = NoticeDelivery.objects.select_related("member").get(pk=delivery_id)
    noted: dict[str, Any] = {"next_try_at": None, "trouble": ""}
    try:
        with workspace_scope(workspace):
            send = _prepared(workspace, delivery) if delivery.member.is_active else None
        if send and send() is not False:
            noted["sent_at"] = at
    except Exception as trouble:  # a server that is away or says no; and whatever else, or it would be tried for ever
        is_known = isinstance(trouble, (OSError, NotTaken))
        words = "%s %s of workspace %s was not taken: %s"
        log.warning(words, delivery.channel, delivery_id, workspace.slug, trouble, exc_info=not is_known)
        said = f"{type(trouble).__name__}: {trouble}".replace("\0", "")[:300]
        noted = {"next_try_at": tried_again_at(delivery.tries, at), "trouble": said}
    with workspace_scope(workspace):
        NoticeDelivery.objects.filter(pk=delivery_id).update(**noted)


def _prepared(workspace: Workspace, delivery: NoticeDelivery) -> Callable[[], object] | None:
    """What sends it, of what its person has not seen yet; None where that is nothing or the channel is gone."""
    unseen = Q(seen_at=None) | Q(seen_at=F("sorted_at"))  # not wished at the bell, and so never seen there
    notices = list(Notice.objects.filter(unseen, pk__in=delivery.notice_ids).order_by("at"))
    if not notices:
        return None
    if delivery.channel == MAIL:
        return _message(workspace, delivery, notices).send if delivery.member.email else None
    channel = channels_of(workspace).get(delivery.channel)
    return channel.prepared(workspace, delivery.member, notices, str(delivery.pk)) if channel else None


def _message(workspace: Workspace, delivery: NoticeDelivery, notices: Sequence[Notice]) -> EmailMultiAlternatives:
    """The mail."""
    first, more = notices[0], len(notices) - SHOWN
    subject = f"{first.label}: {first.title}" if len(notices) == 1 else f"{len(notices)} notices: {workspace.name}"
    told = {
        "workspace": workspace,
        "lines": [(notice, link_of(workspace, notice)) for notice in notices[:SHOWN]],
        "more": max(more, 0),
        "all": _link("notices:notices", workspace.slug),
        "wishes": _link("notices:wishes", workspace.slug),
        "subject": subject,
    }
    headers = {
        "Message-ID": f"<{delivery.pk}@{workspace.pk}.notices>",
        "List-Unsubscribe": f"<{told['wishes']}>",
        "Auto-Submitted": "auto-generated",
    }
    subject = subject.replace("\n", " ").replace("\r", " ")[:200]
    text, to = render_to_string("notices/email/notices.txt", told), [delivery.member.email]
    message = EmailMultiAlternatives(subject, text, None, to, headers=headers)
    message.attach_alternative(render_to_string("notices/email/notices.html", told), "text/html")
    return message


def link_of(workspace: Workspace, notice: Notice) -> str:
    """The address of the page that a notice leads to."""
    name, numbers = notice.page
    return _link(name, workspace.slug, *numbers)


def _link(name: str, *where: object) -> str:
    return settings.SITE_URL.rstrip("/") + reverse(name, args=where)


@transaction.atomic
def try_again(delivery: NoticeDelivery, *, by: Member, at: datetime) -> None:
    """Send a mail that was not taken at the next pass. Raises NotPermitted, and WorldMovedOn for one that was sent or
    is no longer needed."""
    permit(by, "aside.retry")
    present = NoticeDelivery.objects.select_for_update(no_key=True).get(pk=delivery.pk)
    if present.state not in ("waiting", "given_up"):
        raise WorldMovedOn("This mail is no longer waiting.", code="not_waiting", facts={"state": present.state})
    present.next_try_at = at
    present.save(update_fields=["next_try_at"])
    record("notice.mailed_again", present, at=at, actor=by, facts={"to": present.member_id.hex})


def forget(before: datetime) -> int:
    """Delete what was told before this moment, and how much there was; each call takes some thousands."""
    old = NoticeDelivery.objects.filter(made_at__lt=before, next_try_at=None).order_by("made_at").values("pk")
    mails, _ = NoticeDelivery.objects.filter(pk__in=old[:FORGOTTEN_AT_ONCE]).delete()
    return mails + FORGET_NOTICES.run(before=before, most=FORGOTTEN_AT_ONCE)
