"""Saying what a person takes: how many a day and a week, what they know, and how their weight grows at first."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from core.errors import BadInput, NotPermitted, RuleSaysNo
from core.history.actions import record, tell
from core.people.models import Member, Workspace
from core.people.permissions import permit
from core.people.team_seats import HIGHEST_CAP, leads_person
from core.tenancy.regions import check_zone
from handoffs.models import Capacity
from handoffs.models.capacity import MOST_RAMP_DAYS

MOST_SKILLS, LONGEST_SKILL = 60, 120


def skills_of(words: Sequence[str]) -> list[str]:
    """Skills as they are compared: in lower case, each once. Raises BadInput."""
    found = list(dict.fromkeys(word for each in words if (word := " ".join(each.casefold().split()))))
    if len(found) > MOST_SKILLS or any(len(word) > LONGEST_SKILL for word in found):
        said = f"A person has at most {MOST_SKILLS} skills, each of at most {LONGEST_SKILL} letters."
        raise BadInput(said, code="too_many", field="skills")
    return found


@transaction.atomic
def set_capacity(
    member: Member,
    *,
    day_cap: int | None,
    week_cap: int | None,
    skills: Sequence[str],
    starts_on: date | None,
    ramp_days: int,
    time_zone: str = "",
    by: Member,
    at: datetime,
) -> Capacity:
    """Say what a person takes; a zone that is left blank is the workspace's. Queues are asked again.

    Raises NotPermitted, BadInput, and RuleSaysNo where they take no handoffs."""
    permit(by, "seats.manage")
    if not leads_person(by, member):
        raise NotPermitted("A manager says this of who sits in their teams.", code="not_your_team")
    if not member.is_active or member.kind != Member.Kind.PERSON:
        raise RuleSaysNo("Only active people take handoffs.", code="cannot_take", field="member")
    for field, cap in (("day_cap", day_cap), ("week_cap", week_cap)):
        if cap is not None and not 0 <= cap <= HIGHEST_CAP:
            raise BadInput(f"A cap is between 0 and {HIGHEST_CAP:,}; leave it blank for none.", field=field)
    if not 0 <= ramp_days <= MOST_RAMP_DAYS:
        raise BadInput(f"A weight grows for at most {MOST_RAMP_DAYS} days.", field="ramp_days")
    if ramp_days and starts_on is None:
        raise BadInput("Say from which day on the weight grows.", code="needed", field="starts_on")
    zone = time_zone or Workspace.objects.get(pk=member.workspace_id).time_zone
    check_zone(zone)
    said: dict[str, Any] = {"day_cap": day_cap, "week_cap": week_cap, "skills": skills_of(skills)}
    said |= {"starts_on": starts_on, "ramp_days": ramp_days, "time_zone": zone}
    capacity, _ = Capacity.objects.update_or_create(member=member, defaults=said)
    record("capacity.changed", member, at=at, actor=by, facts=said | {"starts_on": starts_on and starts_on.isoformat()})
    tell("people.available", at=at)
    return capacity


def capacity_of(member: Member, workspace: Workspace) -> Capacity:
    """What the person takes; where nobody said it yet, as many as come, in the workspace's zone. One query."""
    known: Capacity | None = Capacity.objects.filter(member=member).first()
    return known or Capacity(member=member, time_zone=workspace.time_zone)
