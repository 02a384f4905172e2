"""The steps of the journey, as the blueprint in force lays them out."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from blueprint.schema import PipelineTerms, StageTerms
from scorecard.queries.boards import Board


@dataclass(frozen=True)
class FunnelStep:
    """One step of the journey: how many journeys entered it, and as a share of the step before."""

    key: str
    label: str
    function: str
    stage_ids: tuple[UUID, ...]
    count: int = 0
    rate: Decimal | None = None


def steps_of(board: Board) -> list[FunnelStep]:
    """The steps of the journey, in order: the open lifecycle, onboarding, renewal, what comes after, expansion."""
    pipelines = board.blueprint.pipelines
    spine = [stage for p in pipelines if p.purpose == "lifecycle" for stage in p.stages]
    spine = [stage for stage in spine if stage.category in ("open", "won")]
    ahead = next((place for place, stage in enumerate(spine) if stage.category == "won"), len(spine)) + 1
    meaning: dict[str, list[UUID]] = {}
    for pipeline in pipelines:
        if pipeline.purpose in ("lifecycle", "sales"):
            for stage in pipeline.stages:
                meaning.setdefault(stage.lifecycle_stage, []).append(stage.id)

    def whole(stage: StageTerms) -> FunnelStep:
        return FunnelStep(stage.key, stage.label, stage.team, tuple(meaning[stage.lifecycle_stage]))

    found = [whole(stage) for stage in spine[:ahead]]
    found += [step for purpose in ("onboarding", "renewal") for step in _ends(pipelines, purpose)]
    found += [whole(stage) for stage in spine[ahead:]]
    return found + _ends(pipelines, "expansion")


def _ends(pipelines: tuple[PipelineTerms, ...], purpose: str) -> list[FunnelStep]:
    """Of a side path: the first stage of each team, and what is won."""
    found, teams = [], set()
    for pipeline in (each for each in pipelines if each.purpose == purpose):
        for stage in pipeline.stages:
            is_first = stage.is_open and stage.team not in teams
            if is_first or stage.category == "won":
                label = f"{pipeline.label}: {stage.label.lower()}"
                found.append(FunnelStep(f"{pipeline.key}.{stage.key}", label, stage.team, (stage.id,)))
            teams.add(stage.team)
    return found
