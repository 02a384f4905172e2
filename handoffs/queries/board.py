"""A manager's board: people by state with their caps and whether they are here, queues, and the handoffs themselves."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet

from blueprint.schema import Blueprint, SeamTerms
from core.businesstime import WorkingCalendar, is_open, turns
from core.errors import BadInput
from core.people.models import Member, Team, TeamSeat
from handoffs.models import Handoff, KeptHours, OwnHours
from handoffs.queries.inbox import HandoffSummary, card_for, seam_named
from handoffs.queries.people_loads import PersonLoad, people_loads
from handoffs.queries.team import teams_of
from handoffs.rules.ageing import Ageing, ageing

SHOWN = 100  # rows to choose from at once; a filter shows the others
STATES = {
    "open": "Open",
    "late": "Late",
    "waiting": "Waiting",
    "paused": "Standing still",
    "queue": "In a queue",
    "untouched": "Accepted, not touched",
}
SOON = timedelta(days=14)


class Presence(NamedTuple):
    """Whether somebody is here, in words."""

    word: str
    tone: str
    icon: str
    detail: str = ""
    until: datetime | None = None


@dataclass(frozen=True)
class BoardPerson:
    """A row of the board. `away_from`: when they are away next, if that is soon."""

    load: PersonLoad
    presence: Presence
    age: Ageing | None
    away_from: datetime | None


@dataclass(frozen=True)
class BoardQueue:
    """What waits in a pool."""

    key: str
    label: str
    count: int
    late_count: int
    oldest_at: datetime


class BoardRow(NamedTuple):
    """A handoff to choose, and how old it is."""

    card: HandoffSummary
    age: Ageing


@dataclass(frozen=True)
class BoardFilters:
    """What the board shows: one seam, one team, the handoffs of one person, or in one state."""

    seam: str = ""
    team: str = ""
    who: str = ""
    state: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, Any]) -> "BoardFilters":
        """As they are asked for. Raises BadInput for a state or a person that is none."""
        told = {name: str(asked.get(name, "")).strip() for name in ("seam", "team", "who", "state")}
        if told["state"] and told["state"] not in STATES:
            raise BadInput(f"Choose one of: {', '.join(STATES)}.", field="state")
        try:
            who = str(UUID(told["who"])) if told["who"] else ""
        except ValueError:
            raise BadInput("There is no such person.", code="unknown_member", field="who") from None
        return cls(**{**told, "who": who})

    @property
    def entries(self) -> list[tuple[str, str]]:
        """What is asked for, by name."""
        told = (("seam", self.seam), ("team", self.team), ("who", self.who), ("state", self.state))
        return [(name, value) for name, value in told if value]

    @property
    def query(self) -> str:
        """As an address has them."""
        return f"?{urlencode(self.entries)}" if self.entries else ""

    @property
    def title(self) -> str:
        """What the handoffs are that are listed."""
        return STATES[self.state or "open"]


@dataclass(frozen=True)
class TeamBoard:
    """All of it. `more`: there are more handoffs than are shown."""

    teams: list[Team]
    people: list[BoardPerson]
    queues: list[BoardQueue]
    rows: list[BoardRow]
    more: bool


def board_of(member: Member, terms: Blueprint, filters: BoardFilters, at: datetime) -> TeamBoard:
    """The board of the teams a member looks after, or of one of them. Eight queries, however many people there are.
    Raises BadInput for a seam or a team that is none."""
    teams = teams_of(member)
    shown = [each for each in teams if filters.team in ("", each.key)]
    if filters.team and not shown:
        raise BadInput("There is no such team among yours.", code="unknown_team", field="team")
    seam = seam_named(terms, filters.seam) if filters.seam else None
    loads = people_loads(at, teams=[each.pk for each in shown], seam_id=seam.id if seam else None)
    own = OwnHours.by_holder() if loads else {}
    people = [BoardPerson(each, _presence(each, own, terms, at), _age(each, at), _soon(each, at)) for each in loads]
    found = _in(shown, seam)
    rows = _rows(found, filters, at)
    return TeamBoard(teams, people, _queues(found, at), rows[:SHOWN], len(rows) > SHOWN)


def _in(teams: Collection[Team], seam: SeamTerms | None) -> QuerySet[Handoff]:
    """The handoffs of these teams: theirs, their people's, and in the queues of what they do."""
    seats = TeamSeat.objects.filter(team__in=teams).values("member_id")
    theirs = Q(assignee__in=seats) | Q(assignee__isnull=False, team__in=teams)
    waits = Q(assignee=None, queue__function__in={each.function for each in teams})
    found: QuerySet[Handoff] = Handoff.objects.filter(theirs | waits)
    return found.filter(seam_id=seam.id) if seam else found


def _rows(found: QuerySet[Handoff], filters: BoardFilters, at: datetime) -> list[BoardRow]:
    by_state = {
        "late": Q(due_at__lt=at),
        "waiting": Q(due_at__gte=at, assignee__isnull=False) & (Q(paused_until=None) | Q(paused_until__lte=at)),
        "paused": Q(due_at__gte=at, paused_until__gt=at),
        "queue": Q(assignee=None),
    }
    if filters.state == "untouched":
        touch = {"first_touched_at": None, "touch_due_at__isnull": False}
        found = found.filter(state=Handoff.State.ACCEPTED, **touch).order_by("touch_due_at", "number")
    else:
        open_ones = found.filter(by_state.get(filters.state, Q()), state=Handoff.State.OFFERED)
        found = open_ones.order_by("due_at", "number")
    if filters.who:
        found = found.filter(assignee_id=filters.who)
    slim = found.select_related("record__account", "assignee", "queue").defer(
        "record__properties", "record__account__properties"
    )
    return [BoardRow(card_for(each, at), _age_of(each, at)) for each in slim[: SHOWN + 1]]


def _age_of(handoff: Handoff, at: datetime) -> Ageing:
    due = handoff.due_at if handoff.state == Handoff.State.OFFERED else handoff.touch_due_at or handoff.due_at
    return ageing(handoff.offered_at, due, at, handoff.paused_until)


def _age(load: PersonLoad, at: datetime) -> Ageing | None:
    """Of the oldest that somebody has."""
    if load.oldest_at is None or load.next_due_at is None:
        return None
    return ageing(load.oldest_at, load.next_due_at, at)


def _soon(load: PersonLoad, at: datetime) -> datetime | None:
    return load.away_from if load.away_from and load.away_from < at + SOON else None


def _queues(found: QuerySet[Handoff], at: datetime) -> list[BoardQueue]:
    waiting = found.filter(assignee=None, state=Handoff.State.OFFERED).values_list("queue__key", "queue__label")
    late = Count("pk", filter=Q(due_at__lt=at))
    counted = waiting.annotate(count=Count("pk"), late=late, oldest=Min("offered_at"))
    return [BoardQueue(*row) for row in counted.order_by("queue__label")]


def _presence(load: PersonLoad, own: Mapping[UUID | None, UUID], terms: Blueprint, at: datetime) -> Presence:
    """Away, at work, or off until their hours begin."""
    if load.away_until:
        return Presence("Away", "warning", "plane", "until", load.away_until)
    hours = _hours(load, own, terms)
    if hours is not None and not is_open(hours, at):
        return Presence("Off now", "neutral", "moon", "back", next(iter(turns(hours, at, 1)), None))
    return Presence("At work" if hours is not None else "Here", "success", "circle-check")


def _hours(load: PersonLoad, own: Mapping[UUID | None, UUID], terms: Blueprint) -> WorkingCalendar | None:
    """Their own, else a team's of theirs, else those of the first seam to what they do."""
    of_teams = sorted(str(own[each]) for each in load.team_ids if each in own)
    if hours_id := load.own_hours or (UUID(of_teams[0]) if of_teams else None):
        return KeptHours.hours_of(hours_id)
    seam = next((each for each in terms.seams if each.to_function in load.functions), None)
    return seam.calendar_terms.hours if seam else None
