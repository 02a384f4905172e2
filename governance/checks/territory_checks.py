"""Checks of territories: whom they lead to, when they hold, which overlap, and whether any rule asks for them."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.schema import Blueprint, TerritoryTerms
from blueprint.schema.territories import EARLIEST, LATEST
from blueprint.schema.vocabularies import RoutingTarget
from governance.checks.finding import CheckInput, Said, doubt, fault
from governance.checks.provable import OVERLAPS, provable_lists


def said_of_territories(given: CheckInput) -> Iterator[Said]:
    """Each leads to people or to a pool that is there, and its days are in order; some rule asks for it; and no two
    take the same records without anybody having been told."""
    blueprint = given.proposed
    pools = {each.key: each for each in blueprint.pools}
    for territory in blueprint.territories:
        own_side = blueprint.function_label(territory.function)
        yield from _faults_of(territory, {key: pool.function for key, pool in pools.items()}, own_side)
        for email in territory.members:
            if email not in given.facts.active_emails:
                yield doubt(f"{_path(territory)}/members", f"{territory.label}: {email} is not an active member.")
        if territory.ends_on and territory.ends_on < given.facts.today:
            yield doubt(f"{_path(territory)}/ends_on", f"{territory.label} ended on {territory.ends_on}.")
    yield from _unasked(blueprint)
    yield from _overlapping(given)
    for each in blueprint.team_regions:
        if each.team not in given.facts.teams:
            yield fault(f"team_regions/{each.team}/team", f"There is no team “{each.team}” to have a region.")
    yield from _seats(given)


def _seats(given: CheckInput) -> Iterator[Said]:
    """The teams are there, and so are the people who are to sit in them."""
    for each in given.proposed.team_seats:
        path = f"team_seats/{each.team}.{each.member}"
        if each.team not in given.facts.teams:
            yield fault(f"{path}/team", f"There is no team “{each.team}” for {each.member} to sit in.")
        if each.member not in given.facts.active_emails:
            yield doubt(f"{path}/member", f"{each.member} is not an active member and will not sit in {each.team}.")


def _faults_of(territory: TerritoryTerms, pools: dict[str, str], side: str) -> Iterator[Said]:
    label, path = territory.label, _path(territory)
    if not territory.members and not territory.pool:
        yield fault(f"{path}/pool", f"{label} leads to nobody: name people or a pool.")
    if territory.members and territory.pool:
        yield fault(f"{path}/pool", f"{label} names people and a pool; it leads to one of both.")
    if territory.pool and territory.pool not in pools:
        yield fault(f"{path}/pool", f"{label} leads to pool “{territory.pool}”, which is not there.")
    elif territory.pool and pools[territory.pool] != territory.function:
        yield doubt(f"{path}/pool", f"{label} is of {side}, its pool of another side.")
    for name in ("starts_on", "ends_on"):
        day = getattr(territory, name)
        if day and not EARLIEST <= day <= LATEST:
            yield fault(f"{path}/{name}", f"{label}: a day between {EARLIEST.year} and {LATEST.year}.")
    if territory.starts_on and territory.ends_on and territory.ends_on < territory.starts_on:
        yield fault(f"{path}/ends_on", f"{label} ends before it begins.")


def _unasked(blueprint: Blueprint) -> Iterator[Said]:
    asking = {
        seam.to_function
        for seam in blueprint.seams
        if any(rule.target == RoutingTarget.TERRITORY for rule in seam.routing)
    }
    for territory in blueprint.territories:
        if territory.function not in asking:
            side = blueprint.function_label(territory.function)
            said = f"{territory.label}: no seam to {side} has a rule that leads to territories."
            yield doubt(f"{_path(territory)}/function", said)


def _overlapping(given: CheckInput) -> Iterator[Said]:
    """Two that one record can fall into: the first of them takes it. An example is on the page of proofs."""
    for listed in provable_lists(given.read):
        proof = given.facts.proofs.get(listed.digest)
        if listed.asked["kind"] != OVERLAPS or proof is None or proof.is_under_way:
            continue
        for line, told in zip(listed.lines, proof.told, strict=False):
            if told["outcome"] == "reached":
                yield doubt(line.path, f"{line.label} overlap: the first one takes what falls into both.")


def _path(territory: TerritoryTerms) -> str:
    return f"territories/{territory.key}"
