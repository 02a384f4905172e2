"""The absences of a manager's teams in one month: who is away, who takes over, and where that leaves too few."""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from core.errors import BadInput
from core.people.models import Deputy, Member, Team, TeamSeat, TimeOff
from handoffs.queries.task_lists import first_of_month
from handoffs.queries.team import teams_of
from handoffs.rules.overlaps import Overlap, overlaps


@dataclass(frozen=True)
class AbsentDay:
    """A day of somebody's row: away all of it, in part, or here."""

    day: date
    state: str
    note: str
    is_today: bool
    is_weekend: bool


@dataclass(frozen=True)
class MonthAbsence:
    """One absence. `deputy_is_away`: who stands in is away as well, some of the time."""

    absence: TimeOff
    deputy_is_away: bool


@dataclass(frozen=True)
class AbsentPerson:
    """A row of the calendar."""

    member: Member
    teams: tuple[str, ...]
    deputy: Member | None
    days: list[AbsentDay]
    absences: list[MonthAbsence]


@dataclass(frozen=True)
class ToldOverlap:
    """An overlap with the names of who is away."""

    overlap: Overlap
    names: tuple[str, ...]


@dataclass(frozen=True)
class AbsenceMonth:
    """A month, with the months beside it."""

    first: date
    days: list[date]
    today: date
    before: str
    after: str
    teams: list[Team]
    people: list[AbsentPerson]
    overlaps: list[ToldOverlap]


def absence_month(member: Member, at: datetime, zone: ZoneInfo, *, month: str = "", team: str = "") -> AbsenceMonth:
    """The month (`2026-03`; the present one unless it is told) of everybody in the teams a member looks after, or in
    one of them; days are those of `zone`. Four queries. Raises BadInput."""
    first = first_of_month(month, at.astimezone(zone).date())
    days = [first + timedelta(days=each) for each in range(monthrange(first.year, first.month)[1])]
    teams = teams_of(member)
    shown = [each for each in teams if team in ("", each.key)]
    if team and not shown:
        raise BadInput("There is no such team among yours.", code="unknown_team", field="team")
    people, seated = _seated(shown)
    since, until = (datetime.combine(each, time(), zone) for each in (days[0], days[-1] + timedelta(days=1)))
    deputies = {
        each.member_id: each.deputy for each in Deputy.objects.filter(member__in=people).select_related("deputy")
    }
    named = {*people, *(each.pk for each in deputies.values())}
    absences: dict[UUID, list[TimeOff]] = {}
    for absence in TimeOff.objects.filter(member__in=named, starts_at__lt=until, ends_at__gt=since).order_by(
        "starts_at"
    ):
        absences.setdefault(absence.member_id, []).append(absence)
    today = at.astimezone(zone).date()
    rows = [_row(each, seated, deputies.get(each.pk), absences, days, today, zone) for each in people.values()]
    away = {row.member.pk: {each.day for each in row.days if each.state} for row in rows}
    by_team = {each.name: [row.member.pk for row in rows if each.name in row.teams] for each in shown}
    told = [ToldOverlap(each, tuple(people[one].name for one in each.people)) for each in overlaps(away, by_team, days)]
    before, after = first - timedelta(days=1), first + timedelta(days=32)
    return AbsenceMonth(first, days, today, f"{before:%Y-%m}", f"{after:%Y-%m}", teams, rows, told)


def people_of(member: Member) -> list[Member]:
    """Everybody in the teams a member looks after, by name. Two queries."""
    return list(_seated(teams_of(member))[0].values())


def _seated(teams: Iterable[Team]) -> tuple[dict[UUID, Member], dict[UUID, list[str]]]:
    """Who sits in these teams, by name; and in which. One query."""
    seats = TeamSeat.objects.filter(team__in=list(teams), member__is_active=True, member__kind=Member.Kind.PERSON)
    people: dict[UUID, Member] = {}
    seated: dict[UUID, list[str]] = {}
    for seat in seats.select_related("member", "team").order_by("member__name", "member_id", "team__name"):
        people[seat.member_id] = seat.member
        seated.setdefault(seat.member_id, []).append(seat.team.name)
    return people, seated


def _row(
    member: Member,
    seated: Mapping[UUID, list[str]],
    deputy: Member | None,
    absences: Mapping[UUID, list[TimeOff]],
    days: list[date],
    today: date,
    zone: ZoneInfo,
) -> AbsentPerson:
    own = absences.get(member.pk, [])
    stand_in = absences.get(deputy.pk, []) if deputy else []
    told = [
        MonthAbsence(each, any(one.starts_at < each.ends_at and one.ends_at > each.starts_at for one in stand_in))
        for each in own
    ]
    cells = [_day(each, own, today, zone) for each in days]
    return AbsentPerson(member, tuple(seated[member.pk]), deputy, cells, told)


def _day(day: date, absences: list[TimeOff], today: date, zone: ZoneInfo) -> AbsentDay:
    begins, ends = datetime.combine(day, time(), zone), datetime.combine(day + timedelta(days=1), time(), zone)
    there = [each for each in absences if each.starts_at < ends and each.ends_at > begins]
    is_whole = any(each.starts_at <= begins and each.ends_at >= ends for each in there)
    state = "away" if is_whole else "part" if there else ""
    return AbsentDay(day, state, "; ".join(each.note for each in there if each.note), day == today, day.weekday() > 4)
