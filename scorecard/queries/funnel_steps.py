"""The steps of the journey, as the blueprint in force lays them out."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from blueprint.schema import PipelineTerms, StageTerms
from scorecard.queries.boards import Board
from scorecard.rules.funnel_cohorts import FunnelStep


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

    found = [replace(whole(stage), is_main=True) for stage in spine[:ahead]]
    found += [step for purpose in ("onboarding", "renewal") for step in _ends(pipelines, purpose)]
    found += [whole(stage) for stage in spine[ahead:]]
    return _with_targets(board, found + _ends(pipelines, "expansion"))


def _with_targets(board: Board, steps: list[FunnelStep]) -> list[FunnelStep]:
    """Each with the conversion that leads from the step before to it, where one has a target and leaves nobody out."""
    stages = board.blueprint.stages_by_path
    aims = {}
    for metric in board.blueprint.metrics:
        if metric.kind == "conversion" and metric.target is not None and not metric.filter:
            ends = [stages.get(str(metric.parameters.get(end, ""))) for end in ("from", "to")]
            aims.setdefault(tuple(stage.id for stage in ends if stage), metric)
    found = steps[:1]
    for before, step in zip(steps, steps[1:], strict=False):
        led = (aims.get((start, end)) for start in before.stage_ids for end in step.stage_ids)
        aim = next((each for each in led if each), None)
        found.append(replace(step, target=aim.target, metric=aim.key) if aim else step)
    return found


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
