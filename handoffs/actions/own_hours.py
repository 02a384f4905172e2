"""Hours of one's own: a member's, or a team's. Their clocks count them from the next handoff on."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from blueprint.schema import CalendarTerms
from blueprint.shape import BadShape, check_part
from core.businesstime import BadCalendar, WorkingCalendar, minutes_between
from core.errors import BadInput, NotPermitted
from core.history.actions import record
from core.people.membership import may_plan_for
from core.people.models import Member, Team
from core.people.permissions import LEADS, may, permit
from core.tenancy.ids import key_id
from core.tenancy.scope import current_id
from handoffs.models import KeptHours, OwnHours

NAMES = {"key": "own", "label": "Own hours"}
LEAST, LEAST_ALONE = 240, 720  # working minutes a week: of anybody, and of a rep with whom nobody agreed on fewer
LEAST_DAYS_ALONE, LEAST_DAY = 3, 120  # days of the week with so many minutes: else Monday's may be due on Sunday
LOOKED_AT, AHEAD = timedelta(weeks=8), 33  # so long at a time, five years ahead


def may_set_hours(by: Member, whose: Member | Team) -> bool:
    """Those of a member are set by the member and by who manages a team they sit in; those of a team by who manages it;
    both by admins."""
    if isinstance(whose, Member):
        return may(by, "hours.set") and may_plan_for(by, whose)
    return may(by, "hours.set") and (whose.manager_id == by.pk or may(by, "people.manage"))


@transaction.atomic
def keep_hours(whose: Member | Team, terms: Mapping[str, Any], *, by: Member, at: datetime) -> OwnHours:
    """Give a member or a team hours of their own: `terms` are those of a calendar. Clocks that run keep theirs.

    Raises NotPermitted, and BadInput naming the field that cannot be."""
    _permit(by, whose)
    calendar = _checked(terms)
    least, days = _least_week(whose, by)
    _check_days(calendar.hours, days)
    _check_open_enough(calendar.hours, least, at)
    said = calendar.model_dump(mode="json", exclude_defaults=True, exclude={*NAMES})
    digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    hours = KeptHours(pk=key_id(current_id(), "hours", digest), terms=said)
    KeptHours.objects.bulk_create([hours], ignore_conflicts=True)
    own, _ = OwnHours.objects.update_or_create(**_which(whose), defaults={"hours": hours, "changed_at": at})
    facts = {"time_zone": calendar.time_zone, "hours": str(hours.pk)}
    record("hours.kept", whose, at=at, actor=by, facts=facts)
    return own


@transaction.atomic
def close_days(
    whose: Member | Team, days: Iterable[tuple[date, str]], *, by: Member, at: datetime
) -> tuple[OwnHours, list[date]]:
    """Add days off to hours of one's own; which were new. A day that is there keeps its words.

    Raises NotPermitted, NotFound where they have no hours of their own, BadInput."""
    _permit(by, whose)
    own = OwnHours.objects.select_for_update(of=("self",)).select_related("hours").one(**_which(whose))
    known = own.hours.terms.get("holidays", [])
    there = {each["date"] for each in known}
    new = [(day, label) for day, label in days if day.isoformat() not in there]
    more = [{"date": day.isoformat(), "label": label[:120]} for day, label in new]
    closed = sorted([*known, *more], key=lambda each: str(each["date"]))
    return keep_hours(whose, {**own.hours.terms, "holidays": closed}, by=by, at=at), [day for day, _ in new]


@transaction.atomic
def drop_hours(whose: Member | Team, *, by: Member, at: datetime) -> None:
    """A member has the hours of their team again, a team those of the seam. Raises NotPermitted."""
    _permit(by, whose)
    gone, _ = OwnHours.objects.filter(**_which(whose)).delete()
    if gone:
        record("hours.dropped", whose, at=at, actor=by)


def _permit(by: Member, whose: Member | Team) -> None:
    permit(by, "hours.set")
    if not may_set_hours(by, whose):
        raise NotPermitted("Only they, who manages them, or an admin may set these hours.", facts={"role": by.role})


def _least_week(whose: Member | Team, by: Member) -> tuple[int, int]:
    """The working minutes that a week has at least, and on how many days. Reps set no fewer for themselves than they
    have, or a third of a full week: their clocks are counted in it."""
    if by.pk != whose.pk or by.role in LEADS:
        return LEAST, 0
    own = OwnHours.objects.select_related("hours").filter(**_which(whose)).first()
    if own is None:
        return LEAST_ALONE, LEAST_DAYS_ALONE
    hours = own.hours.calendar.hours
    return min(_week(hours), LEAST_ALONE), min(_days(hours), LEAST_DAYS_ALONE)


def _days(hours: WorkingCalendar) -> int:
    return sum(sum(closes - opens for opens, closes in windows) >= LEAST_DAY for windows in hours.minutes)


def _check_days(hours: WorkingCalendar, least: int) -> None:
    """Raises BadInput."""
    if _days(hours) < least:
        said = f"A week has at least {least} working days of {LEAST_DAY // 60} hours; who manages you may set fewer."
        raise BadInput(said, code="too_few_days", field="weekly")


def _week(hours: WorkingCalendar) -> int:
    return sum(closes - opens for windows in hours.minutes for opens, closes in windows)


def _check_open_enough(hours: WorkingCalendar, least: int, at: datetime) -> None:
    """No clock stands still for months: a week has some hours, and days off take no more than half of eight weeks.
    Raises BadInput."""
    if (week := _week(hours)) < least:
        said = (
            f"A week has at least {least / 60:g} working hours; who manages you may set fewer, down to {LEAST // 60}."
        )
        raise BadInput(said, code="too_few_hours", field="weekly")
    if not hours.single:
        return
    for begins in (at + place * LOOKED_AT for place in range(AHEAD)):
        if minutes_between(hours, begins, begins + LOOKED_AT) < 4 * week:
            said = f"From {begins:%-d %b %Y} on, more than half of eight weeks is off: plan that as time off."
            field = "holidays" if hours.holidays else "special_days"
            raise BadInput(said, code="too_many_days_off", field=field)


def _which(whose: Member | Team) -> dict[str, Any]:
    return {"member": whose} if isinstance(whose, Member) else {"team": whose}


def _checked(terms: Mapping[str, Any]) -> CalendarTerms:
    """The terms, read as the blueprint reads those of a calendar. Raises BadInput."""
    try:
        calendar = check_part(CalendarTerms, {**terms, **NAMES})
        hours = calendar.hours
    except BadShape as bad:
        raise BadInput(bad.message, code=bad.code, field=bad.path) from None
    except BadCalendar as bad:
        field = "time_zone" if "time zone" in str(bad) else "weekly"
        raise BadInput(str(bad), code="bad_calendar", field=field) from None
    if not hours.has_a_week:
        raise BadInput("Nobody works at no time: give hours to one day of the week.", code="never_open", field="weekly")
    return calendar
