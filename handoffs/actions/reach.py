"""Whose handoffs and tasks somebody may act on: one rule for the page, the API, Slack and many at once."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from core.errors import NotPermitted
from core.people.models import Member, Team, TeamSeat
from core.people.permissions import ADMINS, LEADS
from handoffs.models import Handoff, Task


@dataclass(frozen=True)
class HandoffReach:
    """What is in somebody's reach: everything; or what is in these teams, with these people, waits for these functions,
    or was brought before them by a task. See decisions 219 and 226."""

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

    def may_see_to(self, task: Task) -> bool:
        """Whether they may close the task, change it or give it to somebody else: whoever has it or made it, who leads
        whoever has it, and whom a task of theirs asks about it. No query."""
        if self.is_everything or self.member.pk in (task.assignee_id, task.made_by_id):
            return True
        if self.brought & {task.pk, task.handoff_id}:
            return True
        return task.assignee_id in self.people if task.assignee_id else task.team_id in self.teams

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


def permit_task(task: Task, by: Member) -> None:
    """Raise NotPermitted unless they may see to the task. No query for whoever has it or made it."""
    if by.pk not in (task.assignee_id, task.made_by_id) and not reach_of_tasks(by, [task]).may_see_to(task):
        raise NotPermitted("This task is neither yours nor with a team that you look after.", code="not_yours")


def reach_of_tasks(member: Member, tasks: Iterable[Task]) -> HandoffReach:
    """What of these tasks is in the member's reach. Queries as `reach_of`."""
    found = list(tasks)
    return reach_of(member, {each.handoff_id for each in found if each.handoff_id}, [each.pk for each in found])


def tasks_in_reach(member: Member, tasks: Iterable[Task]) -> frozenset[UUID]:
    """Of these tasks, which are open and theirs to see to. No query where all are theirs, else as `reach_of`."""
    still_open = [each for each in tasks if each.done_at is None]
    own = {each.pk for each in still_open if member.pk in (each.assignee_id, each.made_by_id)}
    others = [each for each in still_open if each.pk not in own]
    reach = reach_of_tasks(member, others) if others else None
    return frozenset(own | {each.pk for each in others if reach and reach.may_see_to(each)})


def reach_of(member: Member, handoff_ids: Collection[UUID], task_ids: Collection[UUID] = ()) -> HandoffReach:
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
    about = Q(handoff__in=handoff_ids) | Q(about__in=task_ids) if task_ids else Q(handoff__in=handoff_ids)
    asked = Task.objects.filter(about, assignee=member, done_at__isnull=True).values_list("handoff_id", "about_id")
    return HandoffReach(
        member,
        False,
        teams,
        frozenset([member.pk, *seats]),
        frozenset([*own, *(function for _, function in managed)]),
        frozenset(each for row in asked for each in row if each),
    )
