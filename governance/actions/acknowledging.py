"""Confirming that a published change was read."""

from datetime import datetime

from core.notices.models import NoticeKind
from core.notices.wishing import see_up_to
from core.people.models import Member
from core.people.permissions import permit
from governance.models import Acknowledgement
from governance.queries.published import version_for


def acknowledge(member: Member, number: int, *, at: datetime) -> None:
    """Note that the member has read the notice of a version, and with it of those before. Twice is once."""
    permit(member, "version.acknowledge")
    version_for(member, number)
    read = set(Acknowledgement.objects.filter(member=member, version__lte=number).values_list("version", flat=True))
    Acknowledgement.objects.bulk_create(
        (Acknowledgement(member=member, version=each, at=at) for each in range(2, number + 1) if each not in read),
        ignore_conflicts=True,
    )
    see_up_to(number, NoticeKind.TO_READ, by=member, at=at)
