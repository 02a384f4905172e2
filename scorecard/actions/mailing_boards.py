"""Boards by mail: who wants one, writing the mails that are due, sending those that wait.

A mail is written with its figures in the transaction that moves the date on, so none is lost or written twice; sending
it and noting so is one transaction as well. A worker that dies between the mail server's yes and our note sends it
again, with the same Message-ID, by which mail programs know it.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from core.errors import BadInput, RuleSaysNo
from core.people.models import Member, Workspace
from core.people.permissions import may, permit
from scorecard.models import BoardMail, BoardMailing, MetricBoard
from scorecard.queries.board_mails import told_of
from scorecard.queries.boards import board_of
from scorecard.queries.own_boards import boards_for
from scorecard.rules.mailing_days import EVERY, next_mail_at, next_try_at

log = logging.getLogger(__name__)


@transaction.atomic
def mail_board(own: MetricBoard, every: str, *, by: Member, at: datetime) -> None:
    """Send `by` this board each week or month; blank ends it. Raises BadInput."""
    permit(by, "board.write")
    if by.workspace.sample_of_id:
        raise RuleSaysNo("From a sample company no mail goes out.", code="in_a_sample")
    if every not in ("", *EVERY):
        raise BadInput("A board is mailed each week or each month.", field="every", facts={"every": list(EVERY)})
    if every and not by.email:
        raise BadInput("You have no e-mail address here.", field="every")
    BoardMailing.objects.filter(board=own, member=by).delete()
    if every:
        due = next_mail_at(every, at, board_of(by.workspace, at).zone)
        BoardMailing.objects.create(board=own, member=by, every=every, next_at=due)


def write_mails(workspace: Workspace, at: datetime) -> int:
    """Write the mails that are due. Each is a transaction of its own."""
    due = list(BoardMailing.objects.filter(next_at__lte=at).order_by("next_at").values_list("pk", flat=True))
    return sum(_write(workspace, pk, at) for pk in due)


@transaction.atomic
def _write(workspace: Workspace, pk: object, at: datetime) -> int:
    wanted = BoardMailing.objects.select_for_update(skip_locked=True, of=("self",)).select_related("member", "board")
    mailing = wanted.filter(pk=pk, next_at__lte=at).first()
    if mailing is None:
        return 0
    member = mailing.member
    if not member.email or not may(member, "scorecard.read") or not boards_for(member).filter(pk=mailing.board_id):
        mailing.delete()  # they left, or the board is not shared any more
        return 0
    board = board_of(workspace, at)
    BoardMail.objects.create(
        member=member,
        board_number=mailing.board.number,
        subject=f"{mailing.board.name}: {workspace.name}".replace("\n", " ").replace("\r", " ")[:200],
        told=told_of(board, mailing.board),
        made_at=at,
        next_try_at=at,
    )
    mailing.next_at = next_mail_at(mailing.every, at, board.zone)
    mailing.save(update_fields=["next_at"])
    return 1


def send_mails(workspace: Workspace, at: datetime) -> int:
    """Send the mails that wait. Each is a transaction of its own."""
    waiting = BoardMail.objects.filter(next_try_at__lte=at).order_by("next_try_at").values_list("pk", flat=True)
    return sum(_send(workspace, pk, at) for pk in list(waiting))


@transaction.atomic
def _send(workspace: Workspace, pk: object, at: datetime) -> int:
    wanted = BoardMail.objects.select_for_update(skip_locked=True, of=("self",)).select_related("member")
    mail = wanted.filter(pk=pk, next_try_at__lte=at).first()
    if mail is None:
        return 0
    try:
        _message(workspace, mail).send()
    except OSError as trouble:  # what a mail server that is away, or says no, raises
        mail.tries += 1
        mail.next_try_at = next_try_at(mail.tries, at)
        log.warning("mail %s of workspace %s was not taken: %s", mail.pk, workspace.slug, trouble)
    else:
        mail.sent_at, mail.next_try_at = at, None
    mail.save(update_fields=["tries", "next_try_at", "sent_at"])
    return int(mail.sent_at is not None)


def _message(workspace: Workspace, mail: BoardMail) -> EmailMultiAlternatives:
    link = settings.SITE_URL.rstrip("/") + reverse("scorecard:board_mail", args=[workspace.slug, mail.pk])
    told = {"mail": mail, "told": mail.told, "link": link, "workspace": workspace}
    headers = {"Message-ID": f"<{mail.pk}@{workspace.pk}.boards>"}
    text = render_to_string("scorecard/email/board.txt", told)
    message = EmailMultiAlternatives(mail.subject, text, None, [mail.member.email], headers=headers)
    message.attach_alternative(render_to_string("scorecard/email/board.html", told), "text/html")
    return message
