"""Whose handoffs somebody may act on in bulk: admins on all, managers on those of their own teams, others on theirs."""

from dataclasses import dataclass
from uuid import UUID

from core.errors import NotPermitted
from core.people.models import Member, Team, TeamSeat
from core.people.permissions import ADMINS
from handoffs.actions.in_bulk.bulk_rows import BulkVerb
from handoffs.models import Handoff


@dataclass(frozen=True)
class BulkReach:
    """What is in somebody's reach: everything, or what is in these teams, with these people, or waits for these
    functions."""

    member: Member
    is_everything: bool
    teams: frozenset[UUID]
    people: frozenset[UUID]
    functions: frozenset[str]

    def refusal(self, handoff: Handoff, verb: BulkVerb) -> NotPermitted | None:
        """Why they may not do that to it; None where they may. The handoff comes with its queue and its record."""
        if self.is_everything:
            return None
        if verb == BulkVerb.RECALL:
            return None if self._sent(handoff) else NotPermitted(SENT_BY_OTHERS, code="not_yours")
        return None if self._received(handoff) else NotPermitted(OTHERS, code="not_yours")

    def _received(self, handoff: Handoff) -> bool:
        if handoff.assignee_id is None:
            side = handoff.queue.function if handoff.queue else handoff.seam_terms.to_function
            return side in self.functions
        return handoff.assignee_id in self.people or (self._leads and handoff.team_id in self.teams)

    def _sent(self, handoff: Handoff) -> bool:
        if not self._leads and handoff.assignee_id == self.member.pk:
            return False  # who has it answers it
        return bool(self.people & {handoff.offered_by_id, handoff.record.owner_id}) or (
            self._leads and handoff.team_id in self.teams
        )

    @property
    def _leads(self) -> bool:
        return self.member.role == Member.Role.MANAGER


OTHERS = "It is neither yours nor of a team that you look after."
SENT_BY_OTHERS = "Neither you nor a team that you look after offered it."


def everywhere(member: Member) -> BulkReach:
    """Every handoff there is."""
    return BulkReach(member, True, frozenset(), frozenset(), frozenset())


def reach_of(member: Member) -> BulkReach:
    """Three queries at most."""
    if member.role in ADMINS:
        return everywhere(member)
    leads = member.role == Member.Role.MANAGER
    managed = list(Team.objects.filter(manager=member).values_list("pk", "function")) if leads else []
    teams = frozenset(team_id for team_id, _ in managed)
    seats = TeamSeat.objects.filter(team__in=teams).values_list("member_id", flat=True) if teams else ()
    own = TeamSeat.objects.filter(member=member).values_list("team__function", flat=True)
    functions = frozenset([*own, *(function for _, function in managed)])
    return BulkReach(member, False, teams, frozenset([member.pk, *seats]), functions)
