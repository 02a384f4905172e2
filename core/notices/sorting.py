"""How else somebody is told of what is at their bell: by a mail, soon or when their quiet hours are over."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from core.notices.channels import MAIL, channels_of
from core.notices.models import Notice, NoticeDelivery, NoticeWishes
from core.notices.rules import HOUR, mailed_at
from core.people.models import Member, Workspace
from core.tenancy.scope import workspace_scope

BATCH = 500


def sort(workspace: Workspace, at: datetime) -> int:
    """Sort up to so many notices into mails, and how many there were; one worker at a time for each workspace. What the
    person has seen meanwhile, and all of a sample company, is mailed to nobody."""
    with workspace_scope(workspace), transaction.atomic():
        if not _is_alone(workspace):
            return 0
        # What somebody marks as seen just now is sorted the next time: waiting for them could be a circle.
        unsorted = Notice.objects.filter(sorted_at=None).select_for_update(no_key=True, skip_locked=True)
        notices = list(unsorted.order_by("at")[:BATCH])
        by_member: dict[UUID, list[Notice]] = defaultdict(list)
        for notice in notices:
            by_member[notice.member_id].append(notice)
        members = Member.objects.filter(is_active=True).exclude(email="").in_bulk(list(by_member))
        wishes = {each.member_id: each for each in NoticeWishes.objects.filter(member__in=by_member)}
        waiting, last = _mails_of(list(by_member), at)
        channels = channels_of(workspace) if notices else {}
        for member_id, told in by_member.items():
            wish = wishes.get(member_id) or NoticeWishes(member_id=member_id)
            hidden = [notice.pk for notice in told if notice.kind in wish.not_at_bell]
            mailed = [notice.pk for notice in told if notice.kind not in wish.not_by_mail and not notice.seen_at]
            if hidden:
                Notice.objects.filter(pk__in=hidden, seen_at=None).update(seen_at=at)
            if member_id in members and not workspace.sample_of_id:
                _mail(mailed, wish, workspace, waiting.get(member_id), last.get(member_id), at)
                for name in channels:
                    _send_by(name, told, wish, workspace, at)
        Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(sorted_at=at)
        return len(notices)


def _is_alone(workspace: Workspace) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"notices:{workspace.pk}"])
        return bool(cursor.fetchone()[0])


def _mails_of(members: Sequence[UUID], at: datetime) -> tuple[dict[UUID, NoticeDelivery], dict[UUID, datetime]]:
    """By member, the mail that is not begun yet, which nobody takes until we are done, and when the last was due."""
    found = NoticeDelivery.objects.filter(channel=MAIL, member__in=members, due_at__gt=at - HOUR).order_by("due_at")
    last = {member_id: due for member_id, due in found.values_list("member_id", "due_at")}
    open_ones = found.filter(Q(next_try_at__gt=at), tries=0).select_for_update(
        no_key=True, skip_locked=True, of=("self",)
    )
    return {each.member_id: each for each in open_ones}, last


def _mail(
    notice_ids: list[UUID],
    wish: NoticeWishes,
    workspace: Workspace,
    waiting: NoticeDelivery | None,
    last: datetime | None,
    at: datetime,
) -> None:
    """Put notices into the mail that waits, or into a new one."""
    if not notice_ids:
        return
    due = mailed_at(at, last if wish.is_gathered else None, wish.quiet_in(workspace.time_zone))
    if waiting is not None and due > at:
        waiting.notice_ids = [*waiting.notice_ids, *notice_ids]
        waiting.save(update_fields=["notice_ids"])
        return
    NoticeDelivery.objects.create(
        member_id=wish.member_id, notice_ids=notice_ids, made_at=at, due_at=due, next_try_at=due
    )


def _send_by(name: str, told: Sequence[Notice], wish: NoticeWishes, workspace: Workspace, at: datetime) -> None:
    """One message of another channel, at once or when the quiet hours are over."""
    wished = [notice.pk for notice in told if notice.kind in wish.wished_by(name) and not notice.seen_at]
    due = wish.quiet_in(workspace.time_zone).over(at)
    if wished:
        NoticeDelivery.objects.create(
            channel=name, member_id=wish.member_id, notice_ids=wished, made_at=at, due_at=due, next_try_at=due
        )
