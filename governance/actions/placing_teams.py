"""The regions of teams, as the blueprint says them: written when a version is published, given back when it no longer
names the team."""

from collections.abc import Mapping
from datetime import datetime

from blueprint.documents import blueprint_of
from core.history.actions import tell
from core.history.models import NO_RECORD, Event
from core.people.models import Member, Team, Workspace
from core.people.team_seats import place_team
from core.tenancy.scope import current_id

PLACED = "team.placed"


def place_teams(former: Mapping[str, str], said: Mapping[str, str], *, by: Member | None, at: datetime) -> None:
    """Give the teams that a version names their region, and those it names no longer the one they had before; an event
    each. The teams are locked in the order of their ids."""
    teams = Team.objects.filter(key__in={*former, *said}).order_by("pk").select_for_update(no_key=True)
    for team in teams:
        region = said[team.key] if team.key in said else _before(team)
        if region is None:
            continue
        place_team(team, region, is_first=team.key not in former, by=by, at=at)
    tell("people.available", at=at)


def _before(team: Team) -> str | None:
    """The region the team had before a blueprint named it; None where nobody knows."""
    events = Event.objects.filter(NO_RECORD, subject_id=team.pk, kind=PLACED, facts__is_first=True)
    return events.order_by("-at", "-id").values_list("facts__former", flat=True).first()


def is_region_said(team: Team) -> bool | None:
    """Whether the blueprint in force says the region of the team: then only a change request changes it."""
    workspace = Workspace.objects.get(pk=current_id())
    if not workspace.blueprint_version:
        return None
    return team.key in blueprint_of(workspace).regions_by_team or None
