"""Territories: whose a record is by what it says of itself, from a day until a day."""

import datetime
from collections.abc import Iterable, Iterator
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field

from blueprint.schema.functions import FunctionKey
from blueprint.schema.part import Item, NamedItem
from blueprint.schema.routing_rules import RuleTerms
from blueprint.schema.values import Day, Expression, Fixed, Key, Listed, Names, Text, Whole
from blueprint.schema.vocabularies import RoutingTarget

EARLIEST, LATEST = datetime.date(1970, 1, 2), datetime.date(2199, 12, 31)  # what the language can write as a moment


class TerritoryTerms(NamedItem, title="Territory"):
    """A part of the market that some people of a side, or a pool, take care of. Routing rules that lead to territories
    ask them in their order; the first that is met and reaches somebody decides."""

    function: FunctionKey = Field(title="Side", description="Seams to this side ask for it.")
    expression: Expression = Field(title="Test", description="What a record says that falls into it.")
    pool: Annotated[Key, Names("pool")] = Field(
        default="", title="Pool", description="Who takes turns for it; or name people instead."
    )
    members: Annotated[tuple[Annotated[str, Text(254), Names("member")], ...], Listed(20)] = Field(
        default=(),
        title="People",
        description="In this order: the first who is here and has room. Left out, the pool takes turns.",
    )
    starts_on: Annotated[datetime.date | None, Day()] = Field(
        default=None, title="First day", description="Blank is always until now. Days are those of the seam's calendar."
    )
    ends_on: Annotated[datetime.date | None, Day()] = Field(
        default=None, title="Last day", description="Blank is from now on without end."
    )

    def test(self, zone: str) -> str:
        """Its test with its days, which begin and end at midnight in the zone."""
        tests = [f'now >= timestamp("{_midnight(self.starts_on, zone)}")'] if self.starts_on else []
        if self.ends_on:
            end = min(self.ends_on, LATEST) + datetime.timedelta(days=1)
            tests.append(f'now < timestamp("{_midnight(end, zone)}")')
        return " && ".join([*tests, f"({self.expression})"])

    def receivers(self) -> Iterator[dict[str, str]]:
        """Whom it leads to, as routing rules say it: its people in their order, or its pool."""
        for member in self.members:
            yield {"target": RoutingTarget.MEMBER, "member": member, "pool": ""}
        if self.pool and not self.members:
            yield {"target": RoutingTarget.POOL, "member": "", "pool": self.pool}


class TeamRegionTerms(Item, title="Team region"):
    """Which region a team has. It is written to the team when the version is published, and a team that is no longer
    named gets back the region it had before."""

    named_by = ("team",)

    team: Annotated[str, Text(60), Names("team"), Fixed()] = Field(title="Team")
    region: Annotated[str, Text(80)] = Field(
        title="Region", description="Pools of a region take the teams that have it."
    )


class TeamSeatTerms(Item, title="Team member"):
    """Who sits in a team, and takes turns in its pools. Where a team is named, these are all who sit there: it is
    written to the team when the version is published, and a team that is no longer named gets back whom it had."""

    named_by = ("team", "member")

    team: Annotated[str, Text(60), Names("team"), Fixed()] = Field(title="Team")
    member: Annotated[str, Text(254), Names("member"), Fixed()] = Field(
        title="Person", description="The e-mail address."
    )
    weight: Annotated[int, Whole(1, 100)] = Field(title="Weight", description="Their share of the turns.")
    cap: Annotated[int | None, Whole(0, 100_000)] = Field(
        default=None, title="Most open", description="Open handoffs they have at most; blank is no limit."
    )


def by_team(seats: Iterable[TeamSeatTerms]) -> dict[str, dict[str, tuple[int, int | None]]]:
    """Team key → address → weight and cap."""
    found: dict[str, dict[str, tuple[int, int | None]]] = {}
    for each in seats:
        found.setdefault(each.team, {})[each.member] = (each.weight, each.cap)
    return found


def routed(rules: tuple[RuleTerms, ...], territories: tuple[TerritoryTerms, ...], zone: str) -> list[RuleTerms]:
    """The rules with one in the place of each territory to which a rule leads: they are asked in that order."""
    found: list[RuleTerms] = []
    for rule in rules:
        found += _opened(rule, territories, zone) if rule.target == RoutingTarget.TERRITORY else [rule.model_copy()]
    for rule in found:
        rule.__dict__.pop("pool_id", None)  # what the copy remembers of the rule it was made of
    return found


def _opened(rule: RuleTerms, territories: tuple[TerritoryTerms, ...], zone: str) -> Iterator[RuleTerms]:
    for territory in territories:
        for receiver in territory.receivers():
            whom = f", {receiver['member']}" if len(territory.members) > 1 else ""
            said = {
                "label": f"{rule.label}: {territory.label}{whom}",
                "expression": f"({rule.expression}) && {territory.test(zone)}",
            }
            yield rule.model_copy(update=said | receiver)


def _midnight(day: datetime.date, zone: str) -> str:
    """The beginning of the day in the zone, as the language writes a moment."""
    try:
        local = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        local = ZoneInfo("UTC")  # a calendar whose zone cannot be read is refused elsewhere
    day = min(max(day, EARLIEST), LATEST)
    at = datetime.datetime.combine(day, datetime.time(), tzinfo=local).astimezone(datetime.UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
