"""Whose handoffs somebody may act on: one rule for the page, the API, Slack and many at once."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from core.errors import NotPermitted
from core.people.models import Member, Team, TeamSeat
from core.people.permissions import ADMINS, LEADS
from handoffs.models import Handoff, Task


@dataclass(frozen=True)
class HandoffReach:
    """What is in somebody's reach: everything; or what is in these teams, with these people, waits for these functions,
    or was brought before them by a task. See decision 219."""

    member: Member
    is_everything: bool
    teams: frozenset[UUID] = frozenset()
    people: frozenset[UUID] = frozenset()
    functions: frozenset[str] = frozenset()
    brought: frozenset[UUID] = frozenset()

    def may_answer(self, handoff: Handoff) -> bool:
        """Whether they may answer it, stop its clock or give it to somebody else. At most one query, for its queue."""
        if self.is_everything or handoff.pk in self.brought:
            return True
        if handoff.assignee_id is None:
            side = handoff.queue.function if handoff.queue else handoff.seam_terms.to_function
            return side in self.functions
        return handoff.assignee_id in self.people or handoff.team_id in self.teams

    def why_not_taken_back(self, handoff: Handoff) -> NotPermitted | None:
        """Why they may not take it back: only who offered it or owns its record, and who leads one of them or has it in
        a team of theirs. At most one query, for its record."""
        if self.is_everything:
            return None
        if self.member.role != Member.Role.MANAGER and handoff.assignee_id == self.member.pk:
            return NotPermitted("Who has it answers it: reject it with a reason.", code="yours_to_answer")
        if self.people & {handoff.offered_by_id, handoff.record.owner_id} or handoff.team_id in self.teams:
            return None
        return NotPermitted("Neither you nor a team that you look after offered it.", code="not_yours")


def everywhere(member: Member) -> HandoffReach:
    """Every handoff there is."""
    return HandoffReach(member, is_everything=True)


def reach_of(member: Member, handoff_ids: Collection[UUID]) -> HandoffReach:
    """What of these is in the member's reach: everything for admins, and for a program that an admin gave the role of
    somebody who leads, since it leads no team. Four queries for a manager, one for others, none for admins."""
    if member.role in ADMINS or (member.role in LEADS and member.kind != Member.Kind.PERSON):
        return everywhere(member)
    own = TeamSeat.objects.filter(member=member).values_list("team__function", flat=True)
    if member.role != Member.Role.MANAGER:
        return HandoffReach(member, False, people=frozenset([member.pk]), functions=frozenset(own))
    managed = list(Team.objects.filter(manager=member).values_list("pk", "function"))
    teams = frozenset(team_id for team_id, _ in managed)
    seats = TeamSeat.objects.filter(team__in=teams).values_list("member_id", flat=True) if teams else ()
    asked = Task.objects.filter(assignee=member, handoff__in=handoff_ids, done_at__isnull=True)
    return HandoffReach(
        member,
        False,
        teams,
        frozenset([member.pk, *seats]),
        frozenset([*own, *(function for _, function in managed)]),
        frozenset(asked.values_list("handoff_id", flat=True)),
    )
