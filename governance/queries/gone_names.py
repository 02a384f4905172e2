"""Who is named by the version in force and is not here any more: what names them passes them over in silence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from blueprint.schema import Blueprint
from core.people.models import Member


@dataclass(frozen=True)
class GoneName:
    """One place that names somebody who is no active person here; `path` is the place, `label` what people call it."""

    email: str
    path: str
    label: str


def gone_names(blueprint: Blueprint) -> list[GoneName]:
    """Every such place of rules, territories, pools, ladders and members of teams, in their order. One query, none
    where nobody is named."""
    named = list(_named(blueprint))
    emails = {each.email for each in named}
    if not emails:
        return []
    here = Member.objects.filter(email__in=emails, is_active=True, kind=Member.Kind.PERSON)
    known = set(here.values_list("email", flat=True))
    return [each for each in named if each.email not in known]


def _named(blueprint: Blueprint) -> Iterator[GoneName]:
    for seam in blueprint.seams:
        for place, rule in enumerate(seam.routing, start=1):
            if rule.target == "member":
                yield GoneName(rule.member, f"seams/{seam.key}/routing/{place}/member", f"{seam.label}, {rule.label}")
    for each in blueprint.territories:
        for email in each.members:
            yield GoneName(email, f"territories/{each.key}/members", f"Territory {each.label}")
    for pool in blueprint.pools:
        if pool.strategy == "named" and pool.first:
            yield GoneName(pool.first, f"pools/{pool.key}/first", f"Pool {pool.label}, who is first")
    ladders = [(f"seams/{seam.key}", seam.label, seam.ladder) for seam in blueprint.seams]
    ladders += [
        (f"pipelines/{stage.pipeline_key}/stages/{stage.key}", stage.label, stage.ladder)
        for stage in blueprint.stages_by_id.values()
    ]
    for path, label, ladder in ladders:
        for place, step in enumerate(ladder, start=1):
            if step.target == "person" and step.person:
                yield GoneName(step.person, f"{path}/ladder/{place}/person", f"{label}, step {place}")
    for seat in blueprint.team_seats:
        yield GoneName(seat.member, "team_seats", f"Members of team {seat.team}")
