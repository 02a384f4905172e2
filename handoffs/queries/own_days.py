"""The day it is for somebody who has hours of their own."""

from datetime import date, datetime

from core.businesstime.working_hours import zone_of
from core.people.models import Member, Team, Workspace
from handoffs.models import OwnHours


def own_hours_of(whose: Member | Team) -> OwnHours | None:
    """The hours of their own that a member or a team has. One query."""
    return whose.own_hours.select_related("hours").first()


def today_of(whose: Member | Team, workspace: Workspace, at: datetime) -> date:
    """The day it is where they work: by the zone of their own hours, else of the workspace. One query."""
    own = own_hours_of(whose)
    return at.astimezone(zone_of(own.hours.terms["time_zone"] if own else workspace.time_zone)).date()
