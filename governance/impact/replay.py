"""The replay: for every record of a pipeline, what the version in force says and what the proposed one would.

Who came to the stage in the stretch is judged as of the moment when that was decided, by the facts of that moment;
everybody else as of now. One statement, built like intake's: every condition is a column, the scores are made of the
columns, the gate and the routing of both versions are read off them. The innermost select reads each record once.
"""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from uuid import UUID

from blueprint.expressions.criteria import compile_line
from blueprint.schema import Blueprint, RuleTerms, SeamTerms, StageTerms
from core.sql import Fragment, SqlFile, load
from governance.impact.rule_questions import Questions
from handoffs.rules.routing import ACCOUNT_TARGETS
from lifecycle.rules.gates import FILLED_IN, auto_steps

SIDES = ("old", "new")
SCORED_RECORDS = load("governance", "parts/scored_records")
HANDED_OVER = load("governance", "parts/handed_over")
AS_THEY_ARE = load("governance", "parts/records_as_they_are")
AS_THEY_WERE = load("governance", "parts/records_as_they_were")
REPLAYED = load("governance", "parts/replayed")
DECISIONS = load("governance", "parts/decisions")


def as_they_are(at: datetime) -> Fragment:
    """The records, asked at one moment."""
    return Fragment(f"({AS_THEY_ARE.draft})", {"asked_at": at})


def gate_tests(stage: StageTerms) -> list[str]:
    """The tests of everything a record must meet to enter: required properties, then the entry criteria."""
    return [FILLED_IN.format(key=key) for key in stage.required] + [line.expression for line in stage.entry]


def is_gate_changed(before: Blueprint, after: Blueprint, path: str) -> bool:
    """Whether the two versions could answer differently about some record at this stage's gate."""
    old, new = before.stages_by_path.get(path), after.stages_by_path.get(path)
    if old is None or new is None:
        return old is not new
    tests = gate_tests(new)
    if gate_tests(old) != tests:
        return True
    lines = [compile_line(after.catalogue, test) for test in tests]
    fields = {field for line in lines for field in line.fields}
    if "score" in fields and not _scores_alike(before, after):
        return True
    if before.catalogue.currency != after.catalogue.currency and any(line.converts for line in lines):
        return True
    return any(before.catalogue.field(key) != after.catalogue.field(key) for key in fields)


def _scores_alike(before: Blueprint, after: Blueprint) -> bool:
    one, other = (
        (
            (model.fit_cap, model.behaviour_cap, model.half_life_days),
            [(rule.group, rule.expression, rule.points) for rule in model.rules],
        )
        for model in (before.scoring, after.scoring)
    )
    return one == other and before.catalogue == after.catalogue


# A rule that leads to an owner nobody is, or to one of another side, passes the handoff to the next, as offering does.
OWNERS = {"named_account": "account_owner_id", "account_owner": "account_owner_id", "record_owner": "owner_id"}
RECEIVING_SIDE = load("governance", "parts/receiving_side")
HELD_THEN = "o.since <= r.moment and (o.until is null or o.until > r.moment)"
ACCOUNT_MATCH = load("lifecycle", "parts/account_match").fill(standing=HELD_THEN)


def reaches(rule: RuleTerms, seam: SeamTerms) -> str:
    """Whether an owner to whom a rule leads is there, and of the receiving side, over `w`; nothing for others."""
    if rule.target not in OWNERS:
        return ""
    is_named = " and w.account_is_named" if rule.target == "named_account" else ""
    return f"{is_named} and w.{OWNERS[rule.target]} in ({RECEIVING_SIDE.fill(side=repr(str(seam.to_function))).draft})"


class Replay:
    """Both versions on every record of one pipeline, at one stage's gate (`pipeline/stage`) and at a seam there: of
    this key, or the first.

    `since` leaves out records at rest: not created, moved, touched or handed over since then."""

    def __init__(
        self,
        before: Blueprint,
        after: Blueprint,
        path: str,
        key: str = "",
        *,
        at: datetime,
        since: datetime | None = None,
    ) -> None:
        self.sides = dict(zip(SIDES, (before, after), strict=True))
        self.path, self.at, self.since = path, at, since
        self.stages = {side: blueprint.stages_by_path.get(path) for side, blueprint in self.sides.items()}
        known = self.stages["new"] or self.stages["old"]
        assert known is not None, f"no version knows {path}"
        self.stage = known
        self.seams = {side: self._seam(side, key) for side in SIDES}
        self.seam = self.seams["new"] or self.seams["old"]

    def _seam(self, side: str, key: str) -> SeamTerms | None:
        """The seam of this key at the stage, by one version; the first there where none is named."""
        stage = self.stages[side]
        there = self.sides[side].seams_by_trigger.get(stage.id, ()) if stage else ()
        return next((each for each in there if key in ("", each.key)), None)

    def fill(self, file: SqlFile, **others: SqlFile) -> SqlFile:
        """A statement whose place `replayed` is this replay."""
        return file.fill(replayed=self.rows, **others)

    @cached_property
    def rows(self) -> SqlFile:
        """One row a record, as `sql/parts/replayed.sql` names it."""
        questions = Questions()
        is_same_score = _scores_alike(self.sides["old"], self.sides["new"])
        self._score_of = {"old": "old_points", "new": "old_points" if is_same_score else "new_points"}
        totals = {
            side: questions.total(blueprint.scoring, blueprint.catalogue)
            for side, blueprint in self.sides.items()
            if side == "old" or not is_same_score
        }
        told = self._told(questions, "old") | self._told(questions, "new")
        told |= {f"{side}_points": f"w.{self._score_of[side]}" for side in SIDES}
        steps, last = self._walked(questions)
        scored: dict[str, Fragment | str | SqlFile] = {
            "questions": questions.columns,
            "points": ", ".join(f"{sql} as {side}_points" for side, sql in totals.items()),
            "scored_questions": questions.scored_columns,
            "account_match": ACCOUNT_MATCH,
        }
        values = {
            "pipeline": self.stage.pipeline_id,
            "stage": self.stage.id,
            "since": self.since,
            "seam": self.seam.id if self.seam else None,
            "function": self.seam.to_function if self.seam else "",
            "asks_accounts": any(
                rule.target in ACCOUNT_TARGETS for seam in self.seams.values() if seam for rule in seam.rules
            ),
        }
        are = SCORED_RECORDS.fill(records=as_they_are(self.at), which=self._which(), **scored)
        walked = Fragment(steps.replace("@scored@", are.draft), {**questions.params, **are.values, **values})
        now = REPLAYED.fill(walked=walked, old_end=f"w.old_at_{last}", new_end=f"w.new_at_{last}", **told)
        if self.since is None:
            return now
        were = SCORED_RECORDS.fill(records=Fragment(f"({AS_THEY_WERE.draft})"), which="true", **scored)
        then = REPLAYED.fill(walked=Fragment(were.draft), old_end="w.stage_id", new_end="w.stage_id", **told)
        return DECISIONS.fill(now=now, then=then)

    def _told(self, questions: Questions, side: str) -> dict[str, str]:
        stage, seam, blueprint = self.stages[side], self.seams[side], self.sides[side]
        score, meets, route = self._score_of[side], "false", "null::int"
        if stage is not None:
            meets = questions.all_met(blueprint.catalogue, gate_tests(stage), score, "w")
        if seam is not None and seam.rules:
            cases = " ".join(
                f"when w.{questions.ask(blueprint.catalogue, rule.expression, score)}"
                f"{reaches(rule, seam)} then {rule.position:d}"
                for rule in seam.rules
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
        blueprint, stage = self.sides[side], self.stages[side]
        if stage is None or not stage.auto_enter:
            return []
        steps = []
        for to, before in auto_steps(blueprint.pipeline(stage.pipeline_key)):
            if to.position > stage.position:
                break
            gate = self._met(questions, side, gate_tests(to))
            ways = []
            for each in before:
                leave = self._met(questions, side, [line.expression for line in each.exit]) if each.exit else ""
                ways.append(f"{{here}} = '{each.id}'::uuid" + (f" and {leave}" if leave else ""))
            steps.append((to.id, f"({' or '.join(ways)}) and {gate}"))
        return steps

    def _met(self, questions: Questions, side: str, expressions: list[str]) -> str:
        return questions.all_met(self.sides[side].catalogue, expressions, self._score_of[side], "x")

    def _which(self) -> str:
        """The pipeline's records; those at rest are left out."""
        if self.since is None:
            return "r.pipeline_id = %(pipeline)s"
        moments = " or ".join(
            f"r.{moment} >= %(since)s" for moment in ("created_at", "entered_stage_at", "last_activity_at")
        )
        handed = f" or r.id in ({HANDED_OVER.draft})" if self.seam else ""
        return f"r.pipeline_id = %(pipeline)s and ({moments}{handed})"
