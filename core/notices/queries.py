"""The notices of one person, how they wish to be told, and what became of the mails."""

from uuid import UUID

from django.db.models import Q

from core.errors import BadInput
from core.http.paging import PAGE, newest_page
from core.notices.models import Notice, NoticeDelivery, NoticeWishes
from core.people.models import Member

STATES = {
    "waiting": Q(next_try_at__isnull=False),
    "sent": Q(sent_at__isnull=False),
    "trouble": Q(sent_at__isnull=True) & ~Q(trouble=""),
}


def notices_of(
    member: Member, *, is_unseen: bool = False, after: str = "", size: int = PAGE
) -> tuple[list[Notice], str]:
    """One page, newest first, and the mark of the next. One query. Raises BadInput."""
    found = Notice.objects.filter(member=member)
    return newest_page(found.filter(seen_at__isnull=True) if is_unseen else found, "at", after, size)


def notice_of(member: Member, notice_id: UUID) -> Notice:
    """One of the member's own. One query. Raises NotFound."""
    notice: Notice = Notice.objects.one(pk=notice_id, member=member)
    return notice


def wishes_of(member: Member) -> NoticeWishes:
    """How the member wishes to be told. One query."""
    return NoticeWishes.objects.filter(member=member).first() or NoticeWishes(member=member)


def deliveries(state: str = "", after: str = "", size: int = PAGE) -> tuple[list[NoticeDelivery], str]:
    """One page of the mails, newest first, and the mark of the next: all, or waiting, sent or in trouble. One query.
    Raises BadInput."""
    if state and state not in STATES:
        raise BadInput(f"Choose one of: {', '.join(STATES)}.", field="state")
    found = NoticeDelivery.objects.filter(STATES.get(state, Q())).select_related("member")
    return newest_page(found, "made_at", after, size)


def delivery_for(delivery_id: UUID) -> NoticeDelivery:
    """One mail. One query. Raises NotFound."""
    found: NoticeDelivery = NoticeDelivery.objects.select_related("member").one(pk=delivery_id)
    return found
