"""Who can receive what somebody hands over: a successor, whose turn it is, who leads. Looked up once each, since
somebody may have a hundred thousand records."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cache, cached_property
from typing import NamedTuple
from uuid import UUID

from blueprint.schema import Blueprint, PoolTerms
from core.errors import RuleSaysNo
from core.people.models import Member, Team, TeamSeat
from core.people.permissions import may

RANKS = (
    *(Member.Role.OWNER, Member.Role.ADMIN, Member.Role.MANAGER),
    *(Member.Role.LEADER, Member.Role.REP, Member.Role.VIEWER),
)


class Successor(NamedTuple):
    """Who receives, and why them."""

    member: Member
    why: str


class Receivers:
    """Everybody but the member who hands over, and why each would receive."""

    def __init__(self, member: Member, successor: Member | None, terms: Blueprint) -> None:
        self.member, self.successor, self.terms = member, successor, terms
        self.heir, self.next_in, self.seats_of = cache(self._heir), cache(self._next_in), cache(self._seats_of)

    @cached_property
    def people(self) -> dict[UUID, Member]:
        """Everybody active who may receive: all but the member. One query."""
        others = Member.objects.filter(is_active=True, kind=Member.Kind.PERSON).exclude(pk=self.member.pk)
        return {each.pk: each for each in others}

    @cached_property
    def teams(self) -> dict[UUID, Team]:
        """Every team. One query."""
        return Team.objects.in_bulk()

    @cached_property
    def seats(self) -> list[Team]:
        """Where the member sits. One query."""
        found = TeamSeat.objects.filter(member=self.member).select_related("team").order_by("team__key")
        return [seat.team for seat in found]

    @cached_property
    def pool_of_team(self) -> dict[UUID | None, UUID | None]:
        """The narrowest pool that takes from each of the teams the member sits in, in their order."""
        found: dict[UUID | None, UUID | None] = {}
        for team in self.seats:
            fitting = [pool for pool in self.terms.pools if _takes_from(pool, team)]
            narrowest = max(fitting, key=lambda pool: (bool(pool.team), bool(pool.region)), default=None)
            found[team.pk] = narrowest.id if narrowest else None
        return found

    def team_for(self, team_ids: Iterable[UUID | None], sides: frozenset[str]) -> UUID | None:
        """The first of these teams in which the member sits, else their first one; of these sides where one is."""
        seats = self.seats_of(sides) or self.seats_of(frozenset())
        return next((each for each in team_ids if each in seats), next(iter(seats), None))

    def _seats_of(self, sides: frozenset[str]) -> list[UUID]:
        return [team.pk for team in self.seats if not sides or team.function in sides]

    def pool_for(self, team_ids: Iterable[UUID | None], sides: frozenset[str]) -> UUID | None:
        """The pool of that team."""
        return self.pool_of_team.get(self.team_for(team_ids, sides))

    @cached_property
    def sides(self) -> dict[str, set[UUID]]:
        """Who sits in a team of each side or leads one. One query."""
        found: dict[str, set[UUID]] = defaultdict(set)
        for side, *people in Team.objects.values_list("function", "manager", "seats__member"):
            found[side].update(people)
        return found

    def not_theirs(self, member: Member, sides: Iterable[str]) -> list[str]:
        """The sides of these that somebody is not of."""
        return [side for side in sorted(sides) if member.pk not in self.sides[side]]

    @cached_property
    def own_pools(self) -> set[UUID]:
        """The pools the member takes turns in."""
        return {pool.id for pool in self.terms.pools if any(_takes_from(pool, team) for team in self.seats)}

    def _next_in(self, pool_id: UUID | None, member_id: UUID) -> Successor:
        """Somebody whose turn it is."""
        pool = self.terms.pools_by_id.get(pool_id) if pool_id else None
        label = pool.label if pool else "a rotation that was retired since"
        return Successor(self.people[member_id], f"next in {label}")

    def _heir(self, team_id: UUID | None, *, named: bool = True, verb: str = "") -> Successor:
        """The successor, else the manager of this team or of the member's own, else whoever leads the workspace; only
        people whose role carries the `verb`, so that nothing is handed to who may do nothing with it.

        Raises RuleSaysNo where nobody else is here."""
        able = {key: each for key, each in self.people.items() if not verb or may(each, verb)}
        if named and self.successor and (self.successor.pk in able or not verb):
            return Successor(self.successor, "named successor")
        own = [self.teams[team_id]] if team_id in self.teams else []
        for each in (*own, *self.seats):
            if each.manager_id in able:
                return Successor(able[each.manager_id], f"manages {each.name}")
        if not able:
            raise RuleSaysNo("Nobody else is here to hand over to.", code="nobody_else")
        first = min(able.values(), key=lambda one: (RANKS.index(Member.Role(one.role)), one.joined_at, one.pk))
        return Successor(first, f"{first.get_role_display()} of the workspace")


def _takes_from(pool: PoolTerms, team: Team) -> bool:
    return pool.function == team.function and pool.team in ("", team.key) and pool.region in ("", team.region)
