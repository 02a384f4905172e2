"""Teams, and who sits in them with what weight."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.text import slugify

from core.errors import BadInput, NotPermitted, RuleSaysNo
from core.history.actions import ask, record, record_all, tell
from core.people.known_functions import function_named, functions_held
from core.people.models import Member, PastSeat, Team, TeamSeat
from core.people.permissions import ADMINS, may, permit

HIGHEST_WEIGHT = 100  # a check constraint says the same
HIGHEST_CAP = 100_000  # above this a cap is none


def leads(by: Member, team: Team) -> bool:
    """Whether they may seat people in this team: managers in their own, admins in all."""
    return may(by, "people.manage") or (may(by, "seats.manage") and team.manager_id == by.pk)


def leads_person(by: Member, member: Member) -> bool:
    """Whether they may say what this person takes: managers of who sits in a team of theirs, but of no admin; admins of
    everybody."""
    if may(by, "people.manage") or member.role in ADMINS:
        return may(by, "people.manage")
    return may(by, "seats.manage") and TeamSeat.objects.filter(member=member, team__manager=by).exists()


def permit_seats(by: Member, team: Team) -> None:
    """Raises NotPermitted unless they may seat people in this team."""
    permit(by, "seats.manage")
    if not leads(by, team):
        raise NotPermitted("A manager seats people in the teams they manage.", code="not_your_team")


def _check_team(name: str, manager: Member | None) -> None:
    if not name:
        raise BadInput("A team needs a name.", field="name")
    if manager and (not manager.is_active or manager.kind != Member.Kind.PERSON or not manager.leads_others):
        raise RuleSaysNo(
            "A team is managed by an active person whose role is manager, leader, admin or owner.",
            code="cannot_manage",
            field="manager",
        )


@transaction.atomic
def create_team(
    *, name: str, function: str, region: str = "", manager: Member | None = None, by: Member, at: datetime
) -> Team:
    """Found a team. Its key is made from the name and never changes, since pools and routing speak of it."""
    permit(by, "people.manage")
    name, region = name.strip(), region.strip()
    _check_team(name, manager)
    function_named(function, functions_held(), field="function")
    key = slugify(name)[:60]
    if key == "new":  # the address of the form
        key = "new-team"
    if not key:
        raise BadInput("Choose a name with letters or digits in it.", field="name")
    if Team.objects.filter(key=key).exists():
        raise BadInput("There is a team of this name.", code="team_taken", field="name")
    team = Team.objects.create(key=key, name=name, function=function, region=region, manager=manager)
    record("team.created", team, at=at, actor=by, facts=_facts(team))
    return team


@transaction.atomic
def edit_team(
    team: Team, *, name: str, function: str, region: str = "", manager: Member | None = None, by: Member, at: datetime
) -> Team:
    """Change a team's name, side, region or manager."""
    permit(by, "people.manage")
    known = functions_held()  # before the team: whoever publishes holds them in this order
    team = Team.objects.select_for_update().get(pk=team.pk)
    name, region = name.strip(), region.strip()
    _check_team(name, manager)
    if function != team.function:
        function_named(function, known, field="function")
    if region != team.region and ask("team.region_is_said", team=team):
        raise RuleSaysNo(
            f"The blueprint says the region of {team.name}: propose another there, together with the rules.",
            code="said_by_the_blueprint",
            field="region",
        )
    keep_past_line(team, region, manager.pk if manager else None, at)
    team.name, team.function, team.region, team.manager = name, function, region, manager
    team.save(update_fields=["name", "function", "region", "manager"])
    record("team.changed", team, at=at, actor=by, facts=_facts(team))
    tell("people.available", at=at)
    return team


def place_team(team: Team, region: str, *, is_first: bool, by: Member | None, at: datetime) -> None:
    """Give a locked team the region that a published blueprint says; `is_first`: it said nothing of it before."""
    former = team.region
    if former != region:
        keep_past_line(team, region, team.manager_id, at)
        team.region = region
        team.save(update_fields=["region"])
    facts = {"key": team.key, "former": former, "region": region, "is_first": is_first}
    record("team.placed", team, at=at, actor=by, facts=facts)


def _facts(team: Team) -> dict[str, Any]:
    manager = team.manager.name if team.manager else None
    return {"key": team.key, "name": team.name, "function": team.function, "region": team.region, "manager": manager}


def seat(
    team: Team, member: Member, *, weight: int = 1, cap: int | None = None, by: Member, at: datetime
) -> tuple[TeamSeat, bool]:
    """Give a member a place in the team, or change its weight and cap; the second value is True for a new place.

    Whoever seats somebody may say their hours, absences and limits from then on: a manager does not take people out of
    another's hands. Raises NotPermitted."""
    permit_seats(by, team)
    places = TeamSeat.objects.filter(member=member)
    is_here = places.filter(team=team).exists()
    if not may(by, "people.manage") and not is_here and places.exclude(team__manager=by).exists():
        said = f"{member.name} sits in a team that you do not manage: an admin seats them here."
        raise NotPermitted(said, code="sits_elsewhere")
    return sit(team, member, weight=weight, cap=cap, by=by, at=at)


@transaction.atomic
def sit(
    team: Team, member: Member, *, weight: int = 1, cap: int | None = None, by: Member | None, at: datetime
) -> tuple[TeamSeat, bool]:
    """The same, for whoever has permitted it already. Raises BadInput and RuleSaysNo."""
    if not 1 <= weight <= HIGHEST_WEIGHT:
        raise BadInput(f"A weight is between 1 and {HIGHEST_WEIGHT}.", field="weight")
    if cap is not None and not 0 <= cap <= HIGHEST_CAP:
        raise BadInput(f"A cap is between 0 and {HIGHEST_CAP:,}; leave it blank for none.", field="cap")
    if not member.is_active or member.kind != Member.Kind.PERSON:
        raise RuleSaysNo("Only active people sit in teams.", code="cannot_sit", field="member")
    place, is_new = TeamSeat.objects.update_or_create(
        team=team,
        member=member,
        defaults={"weight": weight, "cap": cap},
        create_defaults={"weight": weight, "cap": cap, "since": at},
    )
    facts = {"team": team.key, "weight": weight, "cap": cap}
    record("seat.given" if is_new else "seat.changed", member, at=at, actor=by, facts=facts)
    tell("people.available", at=at)
    return place, is_new


@transaction.atomic
def sit_all(places: Sequence[tuple[Team, Member, int, int | None]], *, by: Member | None, at: datetime) -> None:
    """Give many a place with a weight and a cap, or change it, for whoever has permitted it and looked at each. Three
    queries and what follows, however many."""
    if not places:
        return
    of_teams = TeamSeat.objects.filter(team__in={team.pk for team, *_ in places})
    known = set(of_teams.values_list("team_id", "member_id"))
    TeamSeat.objects.bulk_create(
        [TeamSeat(team=team, member=member, weight=weight, cap=cap, since=at) for team, member, weight, cap in places],
        update_conflicts=True,
        unique_fields=["workspace", "team", "member"],
        update_fields=["weight", "cap"],
    )
    told: list[tuple[str, str, UUID, None, dict[str, Any]]] = []
    for team, member, weight, cap in places:
        kind = "seat.changed" if (team.pk, member.pk) in known else "seat.given"
        told.append((kind, "member", member.pk, None, {"team": team.key, "weight": weight, "cap": cap}))
    record_all(told, at=at, actor=by)
    tell("people.available", at=at)


def unseat(team: Team, member: Member, *, by: Member, at: datetime) -> None:
    """Take a member's place away; open handoffs stay with them."""
    permit_seats(by, team)
    stand_up(team, member, by=by, at=at)


@transaction.atomic
def stand_up(team: Team, member: Member, *, by: Member | None, at: datetime) -> None:
    """The same, for whoever has permitted it already."""
    seats = TeamSeat.objects.filter(team=team, member=member)
    keep_past_seats(team, at, seats)
    gone, _ = seats.delete()
    if gone:
        record("seat.removed", member, at=at, actor=by, facts={"team": team.key})


@transaction.atomic
def stand_up_all(seats: Sequence[TeamSeat], *, by: Member | None, at: datetime) -> None:
    """Take away locked seats, with their teams, for whoever has permitted it. Three queries, however many."""
    if not seats:
        return
    PastSeat.objects.bulk_create(_past(each, each.team, at) for each in seats)
    TeamSeat.objects.filter(pk__in=[each.pk for each in seats]).delete()
    told = [("seat.removed", "member", each.member_id, None, {"team": each.team.key}) for each in seats]
    record_all(told, at=at, actor=by)


def keep_past_line(team: Team, region: str, manager_id: UUID | None, at: datetime) -> None:
    """Before a team gets another region or manager: what was blank before is filled in, and holds for the past too."""
    if (team.region and team.region != region) or (team.manager_id and team.manager_id != manager_id):
        keep_past_seats(team, at)


def keep_past_seats(team: Team, at: datetime, seats: QuerySet[TeamSeat] | None = None) -> None:
    """Write that the seats, all of the team unless told, were as they are until now. They are held in one order, as
    whoever routes holds them. Three queries, in the running transaction."""
    asked = TeamSeat.objects.filter(team=team) if seats is None else seats
    kept = list(asked.select_for_update(no_key=True).order_by("pk"))
    PastSeat.objects.bulk_create(_past(each, team, at) for each in kept)
    TeamSeat.objects.filter(pk__in=[each.pk for each in kept]).update(since=at)


def _past(seat: TeamSeat, team: Team, at: datetime) -> PastSeat:
    past = {"member_id": seat.member_id, "since": seat.since, "until": at}
    return PastSeat(team=team, region=team.region, manager_id=team.manager_id, **past)
