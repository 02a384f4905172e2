"""The replay: for every record of a pipeline, what the version in force says and what the proposed one would.

One statement, built like intake's: every condition is a column, the scores are made of the columns, the gate and the
routing of both versions are read off them. The innermost select reads each record once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from blueprint.expressions.criteria import Sentence, compile_line
from blueprint.paths import Document
from blueprint.schema import Blueprint, SeamTerms, StageTerms
from core.sql import Fragment, SqlFile, load
from governance.sets.rule_questions import Questions
from lifecycle.rules.gates import auto_steps, required_lines

SIDES = ("old", "new")
SCORED_RECORDS = load("governance", "parts/scored_records")
HANDED_OVER = load("governance", "parts/handed_over")


@dataclass(frozen=True)
class ReplayedVersion:
    """One document, parsed: the version in force, or a proposed one."""

    blueprint: Blueprint

    @classmethod
    def of(cls, workspace_id: UUID, document: Document) -> ReplayedVersion:
        """Parse a document without keeping it: a proposal has no version number."""
        return cls(Blueprint.of(workspace_id, document))

    def seam_at(self, stage: StageTerms | None) -> SeamTerms | None:
        """The seam this stage triggers."""
        return None if stage is None else self.blueprint.seams_by_trigger.get(stage.id)


def gate_lines(version: ReplayedVersion, stage: StageTerms) -> tuple[Sentence, ...]:
    """Everything a record must meet to enter: required properties, then the entry criteria."""
    return (*required_lines(version.blueprint, stage), *stage.entry)


def is_gate_changed(before: ReplayedVersion, after: ReplayedVersion, path: str) -> bool:
    """Whether the two versions could answer differently about some record at this stage's gate."""
    old, new = before.blueprint.stages_by_path.get(path), after.blueprint.stages_by_path.get(path)
    if old is None or new is None:
        return old is not new
    if [line.expression for line in gate_lines(before, old)] != [line.expression for line in gate_lines(after, new)]:
        return True
    fields = {
        field
        for line in gate_lines(after, new)
        for field in compile_line(after.blueprint.catalogue, line.expression).fields
    }
    if "score" in fields and not _scores_alike(before.blueprint, after.blueprint):
        return True
    return any(before.blueprint.catalogue.field(key) != after.blueprint.catalogue.field(key) for key in fields)


def _scores_alike(before: Blueprint, after: Blueprint) -> bool:
    one, other = before.scoring, after.scoring
    if (one.fit_cap, one.behaviour_cap, one.half_life_days) != (
        other.fit_cap,
        other.behaviour_cap,
        other.half_life_days,
    ):
        return False
    asked = [[(rule.group, rule.expression, rule.points) for rule in model.rules] for model in (one, other)]
    return asked[0] == asked[1] and before.catalogue == after.catalogue


# A rule that leads to an owner nobody is passes the handoff to the next rule, as offering does.
REACHES = {
    "account_owner": " and w.account_owner_id is not null",
    "record_owner": " and w.owner_id is not null",
}


class Replay:
    """Both versions on every record of one pipeline, at one stage's gate (`pipeline/stage`) and at the seam there.

    `since` leaves out records at rest: not created, moved, touched or handed over since then."""

    def __init__(
        self, before: ReplayedVersion, after: ReplayedVersion, path: str, *, at: datetime, since: datetime | None = None
    ) -> None:
        self.sides = dict(zip(SIDES, (before, after), strict=True))
        self.path, self.at, self.since = path, at, since
        self.stages = {side: version.blueprint.stages_by_path.get(path) for side, version in self.sides.items()}
        known = self.stages["new"] or self.stages["old"]
        assert known is not None, f"no version knows {path}"
        self.stage = known
        self.seams = {side: self.sides[side].seam_at(stage) for side, stage in self.stages.items()}
        self.seam = self.seams["new"] or self.seams["old"]

    def fill(self, file: SqlFile) -> SqlFile:
        """A statement whose part `replayed` is this replay: one row a record, as `sql/parts/replayed.sql` names it."""
        questions = Questions(self.at)
        is_same_score = _scores_alike(self.sides["old"].blueprint, self.sides["new"].blueprint)
        self._score_of = {"old": "old_points", "new": "old_points" if is_same_score else "new_points"}
        totals = {
            side: questions.total(version.blueprint.scoring, version.blueprint.catalogue)
            for side, version in self.sides.items()
            if side == "old" or not is_same_score
        }
        told = self._told(questions, "old") | self._told(questions, "new")
        steps, last = self._walked(questions)
        points = ", ".join(f"{sql} as {side}_points" for side, sql in totals.items())
        scored = SCORED_RECORDS.fill(
            questions=questions.columns,
            points=points,
            scored_questions=questions.scored_columns,
            which=self._which(),
        )
        values = {
            "pipeline": self.stage.pipeline_id,
            "stage": self.stage.id,
            "since": self.since,
            "seam": self.seam.id if self.seam else None,
        }
        return file.fill(
            walked=Fragment(steps.replace("@scored@", scored.draft), {**questions.params, **values}),
            old_points=f"w.{self._score_of['old']}",
            new_points=f"w.{self._score_of['new']}",
            old_end=f"w.old_at_{last}",
            new_end=f"w.new_at_{last}",
            **told,
        )

    def _told(self, questions: Questions, side: str) -> dict[str, str]:
        stage, seam, version = self.stages[side], self.seams[side], self.sides[side]
        score = self._score_of[side]
        meets, route = "false", "null::int"
        if stage is not None:
            written = [line.expression for line in gate_lines(version, stage)]
            meets = questions.all_met(version.blueprint.catalogue, written, score, "w")
        if seam is not None and seam.routing:
            cases = " ".join(
                f"when w.{questions.ask(version.blueprint.catalogue, rule.expression, score)}"
                f"{REACHES.get(rule.target, '')} then {rule.position:d}"
                for rule in seam.routing
            )
            route = f"(case {cases} end)"
        return {f"{side}_meets": meets, f"{side}_route": route}

    def _walked(self, questions: Questions) -> tuple[str, int]:
        """Where each record would walk by itself, step by step up to the gate, from where it stands."""
        steps = {side: self._steps(questions, side) for side in SIDES}
        sql = "select y.*, y.stage_id as old_at_0, y.stage_id as new_at_0 from (@scored@) y offset 0"
        last = max(len(each) for each in steps.values())
        for place in range(last):
            columns = []
            for side in SIDES:
                here = f"x.{side}_at_{place}"
                step = steps[side][place] if place < len(steps[side]) else None
                then = f"case when {step[1].format(here=here)} then '{step[0]}'::uuid else {here} end" if step else here
                columns.append(f"{then} as {side}_at_{place + 1}")
            sql = f"select x.*, {', '.join(columns)} from ({sql}) x offset 0"
        return sql, last

    def _steps(self, questions: Questions, side: str) -> list[tuple[UUID, str]]:
        """For each stage entered automatically up to the gate: its id, and when a record standing at {here} goes on."""
        version, stage = self.sides[side], self.stages[side]
        if stage is None or not stage.auto_enter:
            return []
        steps = []
        for to, before in auto_steps(version.blueprint.pipeline(stage.pipeline_key)):
            if to.position > stage.position:
                break
            gate = self._met(questions, side, [line.expression for line in gate_lines(version, to)])
            ways = []
            for each in before:
                leave = self._met(questions, side, [line.expression for line in each.exit]) if each.exit else ""
                ways.append(f"{{here}} = '{each.id}'::uuid" + (f" and {leave}" if leave else ""))
            steps.append((to.id, f"({' or '.join(ways)}) and {gate}"))
        return steps

    def _met(self, questions: Questions, side: str, expressions: list[str]) -> str:
        return questions.all_met(self.sides[side].blueprint.catalogue, expressions, self._score_of[side], "x")

    def _which(self) -> str:
        """The pipeline's records; those at rest are left out."""
        if self.since is None:
            return "r.pipeline_id = %(pipeline)s"
        moments = " or ".join(
            f"r.{moment} >= %(since)s" for moment in ("created_at", "entered_stage_at", "last_activity_at")
        )
        handed = f" or r.id in ({HANDED_OVER.draft})" if self.seam else ""
        return f"r.pipeline_id = %(pipeline)s and ({moments}{handed})"
