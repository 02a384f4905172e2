"""What the database knows that checks, impact and the editor of a pool need."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from blueprint.schema import Blueprint, PoolTerms
from blueprint.schema.territories import TeamRegionTerms
from blueprint.schema.vocabularies import PoolStrategy
from core.businesstime.working_hours import zone_of
from core.people.models import Member, Team, TeamSeat, Workspace
from core.tenancy.ids import key_id
from core.tenancy.scope import current_id
from governance.checks import CheckInput, WorkspaceFacts
from governance.checks.provable import provable_lists
from governance.models import RuleProof
from governance.queries.said_teams import Seats, seats_to_be
from handoffs.models import Handoff
from lifecycle.models import AccountOwner, Record


def facts_of(given: CheckInput) -> WorkspaceFacts:
    """The facts for the checks of one proposal. Four queries, and one more for each kind of thing that would go."""
    base, proposed = given.base, given.proposed
    gone_stages = base.stages_by_path.keys() - proposed.stages_by_path.keys()
    gone_seams = {each.key for each in base.seams} - {each.key for each in proposed.seams}
    touched = [
        old.key
        for old in base.properties
        if (new := proposed.properties_by_key.get(old.key)) is None
        or new.type != old.type
        or set(old.options) - set(new.options)
    ]
    gone_functions = base.function_labels.keys() - proposed.function_labels.keys()
    to_be = seats_to_be(base.team_seats, proposed.team_seats)
    weights = weights_by_pool(proposed.pools, proposed.team_regions, to_be)
    names_teams = proposed.team_regions or proposed.team_seats
    digests = [each.digest for each in provable_lists(given.read)]
    zone = Workspace.objects.values_list("time_zone", flat=True).get(pk=current_id())
    paid = {team for each in (base, proposed) for metric in each.metrics for team in metric.paid_teams}
    return WorkspaceFacts(
        records_by_stage=_left(Record.objects.all(), "stage_id", "stage", gone_stages) if gone_stages else {},
        open_handoffs_by_seam=_left(Handoff.objects.open(), "seam_id", "seam", gone_seams) if gone_seams else {},
        values_by_property=_values_held(touched) if touched else {},
        active_emails=frozenset(Member.objects.filter(is_active=True).values_list("email", flat=True)) - {""},
        seats_by_pool={key: len(turns) for key, turns in weights.items()},
        people_by_team=_paid(paid) if paid else {},
        teams=frozenset(Team.objects.values_list("key", flat=True)) if names_teams else frozenset(),
        teams_by_function=teams_on(gone_functions) if gone_functions else {},
        companies_by_function=_owned(gone_functions) if gone_functions else {},
        today=timezone.localdate(timezone=zone_of(zone)),
        zone=zone,
        proofs={row.digest: row for row in RuleProof.objects.filter(digest__in=digests)},
    )


def teams_on(functions: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Function → names of the teams that stand on it. One query."""
    found: dict[str, tuple[str, ...]] = {}
    for key, name in Team.objects.filter(function__in=functions).order_by("name").values_list("function", "name"):
        found[key] = (*found.get(key, ()), name)
    return found


def _owned(functions: Iterable[str]) -> dict[str, int]:
    owned = AccountOwner.objects.filter(function__in=functions, until=None).values_list("function")
    return dict(owned.annotate(count=Count("id")))


def _paid(teams: set[str]) -> dict[str, str]:
    """Team key → its name and the active people who sit there. Two queries."""
    seats = TeamSeat.objects.filter(team__key__in=teams, member__is_active=True).order_by("member__name")
    people: dict[str, list[str]] = {}
    for key, name in seats.values_list("team__key", "member__name"):
        people.setdefault(key, []).append(name)
    named = Team.objects.filter(key__in=teams).values_list("key", "name")
    return {key: f"{name} ({', '.join(people.get(key, ['nobody sits there']))})" for key, name in named}


@dataclass(frozen=True)
class Pools:
    """Who takes turns where, and what people are called."""

    weights: Mapping[str, Mapping[str, int]]
    """Pool key → name → weight, of active people."""
    names: Mapping[UUID, str]
    names_by_email: Mapping[str, str]


def pools_of(blueprint: Blueprint, base: Blueprint) -> Pools:
    """The people behind the pools of a blueprint, with the regions it says, and the people where it says others than
    `base`, the version in force. Two queries, and two more where it does."""
    pools = blueprint.pools
    to_be = seats_to_be(base.team_seats, blueprint.team_seats)
    weights = weights_by_pool(pools, blueprint.team_regions, to_be)
    members = list(Member.objects.filter(is_active=True).values_list("id", "name", "email"))
    return Pools(
        {pool.key: _as_asked(pool, weights[pool.key]) for pool in pools},
        {member_id: name for member_id, name, _ in members},
        {email: name for _, name, email in members if email},
    )


def _as_asked(pool: PoolTerms, weights: Mapping[str, int]) -> Mapping[str, int]:
    """What each gets in the long run, where a pool is not asked in turns and everybody is here and has room."""
    match pool.strategy:
        case PoolStrategy.FEWEST_OPEN:
            return dict.fromkeys(weights, 1)
        case PoolStrategy.HEAVIEST:
            return {name: weight for name, weight in weights.items() if weight == max(weights.values())}
        case _:
            return weights


def weights_by_pool(
    pools: Iterable[PoolTerms], team_regions: Iterable[TeamRegionTerms], to_be: Mapping[str, Seats]
) -> dict[str, dict[str, int]]:
    """Pool key → name → weight, of the active people who take turns in it. `team_regions` take the place of what the
    teams have, `to_be` of who sits in these teams. One query, and two more where somebody else will."""
    regions = {each.team: each.region for each in team_regions}
    seats = list(
        TeamSeat.objects.filter(member__is_active=True).values_list(
            "member__name", "weight", "team__function", "team__key", "team__region"
        )
    )
    if to_be:
        seats = [each for each in seats if each[3] not in to_be] + _as_said(to_be)
    weights: dict[str, dict[str, int]] = {}
    for pool in pools:
        turns = weights[pool.key] = {}
        for name, weight, function, team, region in seats:
            if function == pool.function and pool.team in ("", team) and pool.region in ("", regions.get(team, region)):
                turns[name] = max(turns.get(name, 0), weight)
    return weights


def _as_said(to_be: Mapping[str, Seats]) -> list[tuple[str, int, str, str, str]]:
    names = dict(Member.objects.filter(is_active=True).values_list("email", "name"))
    teams = Team.objects.filter(key__in=to_be).values_list("key", "function", "region")
    return [
        (names[email], weight, function, key, region)
        for key, function, region in teams
        for email, (weight, _) in to_be[key].items()
        if email in names
    ]


def _left(rows: QuerySet[Any], column: str, kind: str, names: Iterable[str]) -> dict[str, int]:
    """How many rows are at what would go, by its name."""
    ids = {key_id(current_id(), kind, *name.split("/")): name for name in names}
    counted = rows.filter(**{f"{column}__in": ids}).values_list(column).annotate(count=Count("id"))
    return {ids[found]: count for found, count in counted}


def _values_held(keys: list[str]) -> dict[str, int]:
    held = {f"p{place}": Count("id", filter=Q(properties__has_key=key)) for place, key in enumerate(keys)}
    counted = Record.objects.aggregate(**held)
    return {key: counted[f"p{place}"] for place, key in enumerate(keys)}
