"""What would balance a team: who should give what to whom, with the fewest moves."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q

from blueprint.documents import blueprint_of
from core.errors import NotPermitted
from core.people.models import Member, Team, Workspace
from handoffs.actions.holders import held_by
from handoffs.models import Handoff
from handoffs.queries.people_loads import PersonChange, PersonLoad, people_loads
from handoffs.queries.team import teams_of
from handoffs.rules.balancing import Bearer, Movable, fewest_moves
from handoffs.rules.routing import ANSWERING_ROLES

MOST = 500  # open handoffs of a team that are looked at, those due last


@dataclass(frozen=True)
class ProposedMove:
    """One handoff, who has it and who should."""

    number: int
    record: str
    seam: str
    due_at: datetime
    giver: PersonLoad
    receiver: PersonLoad


@dataclass(frozen=True)
class Balance:
    """A proposed redistribution within a team. `is_cut`: so many are open that only those due last were looked at."""

    team: Team
    moves: list[ProposedMove]
    people: list[PersonChange]
    is_cut: bool

    @property
    def is_fair(self) -> bool:
        """Whether nothing is to be moved."""
        return not self.moves


def balance_of(workspace: Workspace, team: Team, *, by: Member, at: datetime) -> Balance:
    """The fewest moves among the people of a team that reach fair shares of what they have open, within their caps, the
    sides they are of, the skills that are asked for, and not to who had it before. What stands still stays. Seven
    queries at most. Raises NotPermitted for a team that somebody else looks after."""
    if team.pk not in {each.pk for each in teams_of(by)}:
        raise NotPermitted("You do not look after this team.", code="not_your_team", facts={"team": team.key})
    answering = Member.objects.filter(seats__team=team, is_active=True, kind=Member.Kind.PERSON)
    ids = set(answering.filter(role__in=ANSWERING_ROLES).values_list("pk", flat=True))
    loads = {each.member_id: each for each in people_loads(at, people=ids)}
    found = Handoff.objects.open().filter(assignee__in=ids).filter(Q(paused_until=None) | Q(paused_until__lte=at))
    rows = list(found.select_related("record", "seam").order_by(F("due_at").desc(), "number")[:MOST])
    holders = held_by([each.pk for each in rows], at, blueprint_of(workspace)) if rows else {}
    movables = [
        Movable(
            each.number,
            each.assignee_id,
            each.seam.to_function,
            holders[each.pk].needs,
            frozenset(holders[each.pk].barred),
        )
        for each in rows
        if each.assignee_id
    ]
    count = Counter(each.holder for each in movables)
    moves = fewest_moves([_bearer(each, count[each.member_id]) for each in loads.values()], movables)
    named = [
        ProposedMove(
            each.number, each.record.name, each.seam.label, each.due_at, loads[each.assignee_id], loads[receiver]
        )
        for each in rows
        if each.assignee_id and (receiver := moves.get(each.number))
    ]
    return Balance(team, named, _changes(loads, named), len(rows) == MOST)


def _bearer(load: PersonLoad, movable: int) -> Bearer:
    skills, sides = load.skills, load.functions
    return Bearer(load.member_id, load.open_count, movable, load.weight, load.most, load.is_away, sides, skills)


def _changes(loads: dict[UUID, PersonLoad], moves: list[ProposedMove]) -> list[PersonChange]:
    after = Counter({key: each.open_count for key, each in loads.items()})
    for move in moves:
        after[move.giver.member_id] -= 1
        after[move.receiver.member_id] += 1
    changes = [PersonChange(each, each.with_open(after[key])) for key, each in loads.items()]
    return sorted(changes, key=lambda change: (-change.before.open_count, change.before.name))
