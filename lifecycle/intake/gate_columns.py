"""The gates inside the intake statement: `rules.gates` for every row at once, over `scored`, the record with its new
score."""

from collections.abc import Mapping

from blueprint.schema import Blueprint, StageTerms
from core.kept_plans import literal
from core.sql import SqlFile, load
from lifecycle.intake.version_sql import VersionSql
from lifecycle.rules.gates import auto_steps, needs_reason, required_lines

PATH_START = load("lifecycle", "parts/intake_path_start")
PATH_STEP = load("lifecycle", "parts/intake_path_step")


def stage_rows(version: VersionSql) -> str:
    """Every stage as a row: id, pipeline, key, path, whether its pipeline begins there, whether it is an entry, whether
    what stands there is won or lost."""
    closed = ("won", "lost")
    return ", ".join(
        f"({version.stage(each)}, {version.pipeline(each.pipeline_key)}, "
        + literal("%s, %s, %s, %s, ", each.key, each.path, each.position == 0, each.is_entry)
        + f"{each.category in closed})"
        for each in version.lifecycle.stages_by_id.values()
    )


def move_is_open(version: VersionSql) -> str:
    """Whether an asked move may be made; true where none is asked. A new record moves from the stage where its pipeline
    begins (`from_stage_id`), unless it is born where it asks to stand."""
    lifecycle = version.lifecycle
    stages = list(lifecycle.stages_by_id.values())
    exits = {version.stage(each): version.all_met(each.exit) for each in stages if each.exit}
    moves = {
        version.stage(stage): "scored.target_stage_id in "
        f"({version.stages(each for each in kindred if each.key in stage.moves_to)})"
        for kindred in (pipeline.stages for pipeline in lifecycle.pipelines)
        for stage in kindred
        if stage.moves_to
    }
    entries = {
        version.stage(each): version.all_met((*required_lines(lifecycle, each), *each.entry))
        for each in stages
        if each.entry or each.required
    }
    reasons = {version.stage(each): "scored.loss_reason is not null" for each in stages if needs_reason(each)}
    return f"""case
        when scored.target_stage_id is null or scored.target_stage_id is not distinct from scored.old_stage_id then true
        else {_of_stage("scored.from_stage_id", exits, "true")}
            and (scored.from_stage_id is null or {_of_stage("scored.from_stage_id", moves, "false")})
            and {_of_stage("scored.target_stage_id", entries, "true")}
            and {_of_stage("scored.target_stage_id", reasons, "true")}
    end"""


def _of_stage(column: str, cases: Mapping[str, str], otherwise: str) -> str:
    """What one of the cases says, chosen by the stage in the column."""
    if not cases:
        return otherwise
    branches = " ".join(f"when {stage} then {sql}" for stage, sql in cases.items())
    return f"(case {column} {branches} else {otherwise} end)"


def auto_answers(version: VersionSql) -> str:
    """One yes-or-no column per stage that records enter by themselves, asked only where the record could reach it, and
    one per exit on the way there; each ends with a comma."""
    steps = _steps(version.lifecycle)
    columns = [f"{_may_enter(version, stage)} as auto_{place}," for place, (stage, _) in enumerate(steps)]
    before = {_exit(version, stage): stage for _, stages in steps for stage in stages if stage.exit}
    columns += [f"{version.all_met(stage.exit)} as {name}," for name, stage in before.items()]
    return "\n    ".join(columns)


def _may_enter(version: VersionSql, stage: StageTerms) -> str:
    pipeline = version.lifecycle.pipeline(stage.pipeline_key)
    could = (each for each in pipeline.stages if each.position < stage.position and each.is_open)
    entry = version.all_met((*required_lines(version.lifecycle, stage), *stage.entry))
    return f"case when scored.start_stage_id in ({version.stages(could)}) then {entry} else false end"


def path_walk(version: VersionSql) -> SqlFile:
    """The stages that `opened` enters by itself, from the inside out: each step may move the record on from where the
    step before left it."""
    walk = PATH_START
    for place, (stage, before) in enumerate(_steps(version.lifecycle)):
        from_there = " or ".join(_leaves(version, each) for each in before)
        is_open = f"opened.auto_{place} and ({from_there})"
        walk = PATH_STEP.fill(walk=walk, stage_id=version.stage(stage), is_open=is_open)
    return walk


def _leaves(version: VersionSql, stage: StageTerms) -> str:
    return f"walk.last_stage_id = {version.stage(stage)}" + (
        f" and opened.{_exit(version, stage)}" if stage.exit else ""
    )


def _exit(version: VersionSql, stage: StageTerms) -> str:
    return f"exit_{list(version.lifecycle.stages_by_id).index(stage.id)}"


def _steps(lifecycle: Blueprint) -> list[tuple[StageTerms, tuple[StageTerms, ...]]]:
    return [step for pipeline in lifecycle.pipelines for step in auto_steps(pipeline)]
