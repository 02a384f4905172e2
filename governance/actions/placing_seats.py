"""Who sits in teams, as the blueprint says it: written when a version is published, given back when it no longer names
the team. What a manager changes by hand holds at once; it is told as a difference, and may be proposed."""

from collections.abc import Mapping
from datetime import datetime

from blueprint.documents import blueprint_of
from core.errors import BadInput
from core.history.actions import record_all
from core.people.models import Member, Team, TeamSeat, Workspace
from core.people.permissions import permit
from core.people.team_seats import sit_all, stand_up_all
from core.tenancy.scope import current_id
from governance.actions.drafting import draft
from governance.models import ChangeRequest
from governance.queries.published import document_of
from governance.queries.said_teams import SEATED, Seats, seats_now


def place_seats(to_be: Mapping[str, Seats], *, named_before: set[str], by: Member | None, at: datetime) -> None:
    """Let exactly these people sit in these teams; who is not an active person of the workspace is left out, and the
    event says so. The teams are locked in the order of their ids, then their seats, as whoever routes locks them. As
    many queries however many sit."""
    teams = list(Team.objects.filter(key__in=to_be).order_by("pk").select_for_update(no_key=True))
    locked = TeamSeat.objects.filter(team__in=teams).select_related("team", "member").order_by("pk")
    seats = list(locked.select_for_update(no_key=True, of=("self",)))
    former = seats_now(team.key for team in teams)
    emails = {email for said in to_be.values() for email in said}
    people = Member.objects.filter(is_active=True, kind=Member.Kind.PERSON, email__in=emails)
    known = {member.email: member for member in people}
    places, told = [], []
    for team in teams:
        said, now = to_be[team.key], former[team.key]
        here = sorted(said.keys() & known.keys())
        places += [(team, known[email], *said[email]) for email in here if now.get(email) != said[email]]
        facts = {"key": team.key, "former": _listed(now), "seats": _listed(said)}
        facts |= {"is_first": team.key not in named_before, "unknown": sorted(said.keys() - known.keys())}
        told.append((SEATED, "team", team.pk, None, facts))
    sit_all(places, by=by, at=at)
    stand_up_all([each for each in seats if each.member.email not in to_be[each.team.key]], by=by, at=at)
    record_all(told, at=at, actor=by)


def _listed(seats: Seats) -> list[list[object]]:
    return [[email, weight, cap] for email, (weight, cap) in sorted(seats.items())]


def propose_seats(workspace: Workspace, team_key: str, *, by: Member, at: datetime) -> ChangeRequest:
    """Draft that the blueprint says of a team whoever sits there now. Raises NotPermitted, BadInput."""
    permit(by, "change.propose")
    team = Team.objects.filter(key=team_key).first()
    now = seats_now([team_key])[team_key] if team else {}
    if team is None or not now:
        raise BadInput("Choose a team in which somebody sits.", code="nobody_sits", field="team")
    if now == blueprint_of(workspace).seats_by_team.get(team.key):
        raise BadInput("The blueprint says it like this already.", code="is_said", field="team")
    others = [
        each for each in document_of(workspace.blueprint_version).get("team_seats", ()) if each["team"] != team.key
    ]
    own = [
        {"team": team.key, "member": email, "weight": weight, **({} if cap is None else {"cap": cap})}
        for email, (weight, cap) in sorted(now.items())
    ]
    return draft(by, title=f"Who sits in {team.name}", edits=[(["team_seats"], [*others, *own])], at=at)


def are_seats_said(team: Team) -> bool | None:
    """Whether the blueprint in force says who sits in the team: what is changed by hand is told as a difference."""
    workspace = Workspace.objects.get(pk=current_id())
    if not workspace.blueprint_version:
        return None
    return team.key in blueprint_of(workspace).seats_by_team or None
