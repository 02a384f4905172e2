"""Who sits in teams: as the blueprint says it, as it is, and as it will be once a version is published."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from blueprint.schema import Blueprint
from blueprint.schema.territories import TeamSeatTerms, by_team
from core.history.models import NO_RECORD, Event
from core.people.models import Member, Team, TeamSeat

SEATED = "team.seated"
Seats = dict[str, tuple[int, int | None]]  # address → weight and cap


def seats_now(teams: Iterable[str]) -> dict[str, Seats]:
    """Team key → who sits there, of these teams. One query."""
    asked = list(teams)
    found: dict[str, Seats] = {key: {} for key in asked}
    rows = TeamSeat.objects.filter(team__key__in=asked, member__is_active=True).exclude(member__email="")
    for key, email, weight, cap in rows.values_list("team__key", "member__email", "weight", "cap"):
        found[key][email] = (weight, cap)
    return found


def seats_to_be(former: Sequence[TeamSeatTerms], said: Sequence[TeamSeatTerms]) -> dict[str, Seats]:
    """Team key → who will sit there once a version that says `said` follows one that said `former`, of the teams of
    which it says something else. What somebody changed by hand in others stays; so does a team that is no longer named
    and had nobody before. Two queries where some are no longer named."""
    if former == said:
        return {}
    was, is_said = by_team(former), by_team(said)
    found = {key: seats for key, seats in is_said.items() if was.get(key) != seats}
    gone = was.keys() - is_said.keys()
    return found | _before(gone) if gone else found


def _before(keys: Collection[str]) -> dict[str, Seats]:
    """Team key → who sat there before a blueprint named it, of those of which anybody knows."""
    teams = dict(Team.objects.filter(key__in=keys).values_list("pk", "key"))
    events = Event.objects.filter(NO_RECORD, subject_id__in=teams, kind=SEATED, facts__is_first=True)
    newest = events.order_by("subject_id", "-at", "-id").distinct("subject_id")
    return {
        teams[pk]: {email: (weight, cap) for email, weight, cap in kept}
        for pk, kept in newest.values_list("subject_id", "facts__former")
        if kept
    }


@dataclass(frozen=True)
class SaidTeam:
    """A team whose members the blueprint says. `apart`: what somebody has changed by hand since, in sentences."""

    key: str
    seats: Mapping[str, tuple[int, int | None]]
    apart: tuple[str, ...]


def said_teams(blueprint: Blueprint, *, is_now: bool = True) -> list[SaidTeam]:
    """Every team that a version names, with what is otherwise now where it is in force. Two queries."""
    said = blueprint.seats_by_team
    if not said or not is_now:
        return [SaidTeam(key, seats, ()) for key, seats in said.items()]
    now = seats_now(said)
    emails = {email for seats in (*said.values(), *now.values()) for email in seats}
    names = dict(Member.objects.filter(email__in=emails).values_list("email", "name"))
    return [SaidTeam(key, seats, tuple(apart(seats, now[key], names))) for key, seats in said.items()]


def apart(said: Seats, now: Seats, names: Mapping[str, str]) -> Iterable[str]:
    """What is otherwise than the blueprint says it."""
    for email in sorted({*said, *now}):
        name = names.get(email, email)
        if email not in now:
            yield f"{name} does not sit there."
        elif email not in said:
            yield f"{name} sits there, too."
        elif said[email] != now[email]:
            (weight, cap), (is_weight, is_cap) = said[email], now[email]
            told = [f"weight {is_weight} in place of {weight}"] if weight != is_weight else []
            told += [f"limit {_limit(is_cap)} in place of {_limit(cap)}"] if cap != is_cap else []
            yield f"{name} has {' and '.join(told)}."


def _limit(cap: int | None) -> str:
    return "none" if cap is None else f"{cap:,}"
