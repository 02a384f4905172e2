"""Leaving soon: where a seam hands on what somebody has, it does so before their absence begins."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.formats import date_format

from blueprint.documents import blueprint_of
from blueprint.schema import SeamTerms
from blueprint.schema.vocabularies import WhenAway
from core.businesstime import minutes_between
from core.operating.models import SetAside
from core.operating.setting_aside import take_all
from core.people.models import TimeOff, Workspace
from handoffs.actions.going_away import ABSENCE, Leaving, hand_on, put_absence_aside
from handoffs.models import Assignment, Handoff

NOW, AHEAD = timedelta(0), timedelta(days=4)  # a working day ahead, over a long weekend
WORKING_DAY = 480  # minutes


def hand_on_ahead(workspace: Workspace, at: datetime) -> int:
    """Within a working day before an absence begins, what is due only after that goes to the next in turn who does not
    leave as soon, and how many there were. One that raises is set aside; what somebody holds just now, and what nobody
    can take, is asked again the next time.

    What stands still waits for the beginning; so does what a person gave them in these days, who may know better."""
    seams = [each for each in blueprint_of(workspace).seams if each.pausing.when_away == WhenAway.HAND_ON]
    if not seams:
        return 0
    ahead = TimeOff.objects.filter(begun_at=None, starts_at__gt=at, starts_at__lte=at + AHEAD)
    in_trouble = SetAside.objects.filter(kind=ABSENCE).values("subject_id")
    leaving = list(ahead.exclude(pk__in=in_trouble).select_related("member").order_by("starts_at"))
    found = {each.pk: ids for each in leaving if (ids := _due_later(each, seams, at))}

    def see_to(those: Sequence[TimeOff]) -> None:
        for absence in those:
            as_soon = {each.member_id for each in leaving if each.starts_at <= absence.starts_at}
            begins = date_format(timezone.localtime(absence.starts_at), "D j M, H:i")
            note = f"{absence.member.name} leaves {begins}"
            hand_on(Leaving(workspace, absence, None, at), found[absence.pk], but=as_soon, note=note)

    with transaction.atomic():
        take_all(
            [each for each in leaving if each.pk in found],
            see_to,
            lambda absence, trouble: put_absence_aside(absence, trouble, at),
        )
    return sum(map(len, found.values()))


def _due_later(absence: TimeOff, seams: Sequence[SeamTerms], at: datetime) -> list[UUID]:
    soon = [
        seam.id for seam in seams if minutes_between(seam.calendar_terms.hours, at, absence.starts_at) <= WORKING_DAY
    ]
    theirs = Handoff.objects.open().filter(assignee=absence.member, due_at__gt=absence.starts_at, seam_id__in=soon)
    by_hand = Assignment.objects.filter(
        handoff=OuterRef("pk"), ended_at=None, cause="manual", at__gt=absence.starts_at - AHEAD
    )
    found = theirs.exclude(paused_until__gt=at).exclude(Exists(by_hand))
    return list(found.order_by("pk").values_list("pk", flat=True))
