"""What somebody does with their notices: see them, and say how they wish to be told."""

from collections.abc import Collection
from datetime import datetime, time

from django.db import transaction
from django.db.models import DateTimeField
from django.db.models.functions import Greatest

from core.errors import BadInput
from core.notices.models import Notice, NoticeKind, NoticeWishes
from core.people.models import Member
from core.people.permissions import permit
from core.tenancy.regions import check_zone

WEEK = frozenset(range(7))


def see(notice: Notice, *, by: Member, at: datetime) -> None:
    """Note that the person has seen it; when they saw it first stays."""
    permit(by, "notice.write")
    if notice.seen_at is None:
        notice.seen_at = max(at, notice.at)
        notice.save(update_fields=["seen_at"])


def see_all(until: datetime | None = None, *, by: Member, at: datetime) -> int:
    """Note that the person has seen all notices up to a moment, else all, and how many those were."""
    permit(by, "notice.write")
    return Notice.objects.filter(member=by, seen_at__isnull=True, at__lte=until or at).update(seen_at=at)


def see_up_to(number: int, kind: NoticeKind, *, by: Member, at: datetime) -> None:
    """What the person was told of these kinds, up to a number, is seen: they have read it elsewhere. One query."""
    unseen = Notice.objects.filter(member=by, kind=kind, number__lte=number, seen_at__isnull=True)
    unseen.update(seen_at=Greatest("at", at, output_field=DateTimeField()))


@transaction.atomic
def wish(
    *,
    bell: Collection[str],
    mail: Collection[str],
    slack: Collection[str],
    is_gathered: bool,
    quiet_since: time | None,
    quiet_until: time | None,
    quiet_days: Collection[int],
    time_zone: str,
    by: Member,
    at: datetime,
) -> NoticeWishes:
    """Keep which kinds of notices the person wants at the bell, by mail and by Slack, and when no mail is wanted.
    Raises NotPermitted, BadInput."""
    permit(by, "notice.write")
    if (quiet_since is None) is not (quiet_until is None):
        missing = "quiet_until" if quiet_until is None else "quiet_since"
        raise BadInput("Quiet hours have a beginning and an end.", field=missing)
    if quiet_since is not None and quiet_since == quiet_until:
        raise BadInput("Quiet hours end at another time than they begin.", field="quiet_until")
    if set(quiet_days) >= WEEK:
        raise BadInput("Leave one day of the week; or want no kind by mail.", field="quiet_days")
    if time_zone:
        check_zone(time_zone)
    kept, _ = NoticeWishes.objects.select_for_update(no_key=True).get_or_create(member=by)
    kept.not_at_bell = [kind for kind in NoticeKind.values if kind not in bell]
    kept.not_by_mail = [kind for kind in NoticeKind.values if kind not in mail]
    kept.not_by_slack = [kind for kind in NoticeKind.values if kind not in slack]
    kept.is_gathered, kept.time_zone = is_gathered, time_zone
    kept.quiet_since, kept.quiet_until, kept.quiet_days = quiet_since, quiet_until, sorted(set(quiet_days))
    kept.save()
    return kept
