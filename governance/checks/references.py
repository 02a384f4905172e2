"""Checks of form: the document's shape, every expression and its words, every reference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from blueprint.expressions.criteria import Sentence, compile_line
from blueprint.expressions.fields import BadField
from blueprint.expressions.source import BadExpression
from blueprint.schema import Blueprint, StageTerms
from blueprint.shape import BadShape
from governance.checks.finding import CheckInput, Said, check, doubt, fault
from governance.checks.function_checks import said_of_functions
from governance.rules.labels import contradiction

CATCH_ALL = "true"


@check("shape", "The proposal is a whole blueprint", fine="Every part has its right form.")
def check_shape(given: CheckInput) -> Iterator[Said]:
    """The document is a blueprint, and differs from the one in force."""
    base, proposed = given.documents
    try:
        _ = given.proposed.catalogue
    except BadShape as bad:
        yield fault(bad.path, f"{bad.path or 'The document'}: {bad.message}")
    except BadField as bad:
        yield fault(f"properties/{bad.key}", f"properties/{bad.key}: {bad}")
    else:
        if proposed == base:
            yield fault("", "Nothing would change.")


@dataclass(frozen=True)
class TestedLine:
    """Words and a test, with their place in words and as spelled."""

    where: str
    path: str
    label: str
    expression: str
    field: str = "expression"


def tested_lines(blueprint: Blueprint) -> Iterator[TestedLine]:
    """Every line of words and a test."""
    groups: list[tuple[str, str, tuple[Sentence, ...]]] = [
        (f"{where} · {part}", f"{path}/{part}", getattr(stage, part))
        for where, path, stage in stages_of(blueprint)
        for part in ("entry", "exit")
    ]
    groups.append(("Scoring", "scoring/rules", blueprint.scoring.rules))
    groups += [
        (f"{seam.label} · {part}", f"seams/{seam.key}/{part}", getattr(seam, part))
        for seam in blueprint.seams
        for part in ("acceptance", "routing", "sla", "pause_when")
    ]
    groups += [
        (f"{playbook.label} · criteria", f"playbooks/{playbook.key}/criteria", playbook.criteria)
        for playbook in blueprint.playbooks
    ]
    for where, path, lines in groups:
        for place, line in enumerate(lines, start=1):
            yield TestedLine(where, f"{path}/{place}", line.label, line.expression)


def stages_of(blueprint: Blueprint) -> Iterator[tuple[str, str, StageTerms]]:
    """Every stage with its place in words and as spelled."""
    for pipeline in blueprint.pipelines:
        for stage in pipeline.stages:
            yield f"{pipeline.label} · {stage.label}", place_of(stage.path), stage


def place_of(stage_path: str) -> str:
    """`lifecycle/mql` as the document spells the place of that stage."""
    pipeline, _, stage = stage_path.partition("/")
    return f"pipelines/{pipeline}/stages/{stage}"


def _expressions(blueprint: Blueprint) -> Iterator[TestedLine]:
    yield from tested_lines(blueprint)
    for seam in blueprint.seams:
        yield from (
            TestedLine(seam.label, f"seams/{seam.key}/steps/{each.key}", each.label, each.done_when, "done_when")
            for each in seam.steps
        )
    ladders = [(seam.label, f"seams/{seam.key}", seam.ladder) for seam in blueprint.seams]
    ladders += [(where, path, stage.ladder) for where, path, stage in stages_of(blueprint) if stage.ladder]
    for where, path, ladder in ladders:
        for step in ladder:
            if step.condition:
                yield TestedLine(
                    f"{where} · ladder", f"{path}/ladder/{step.key}", step.action.label, step.condition, "condition"
                )
    for each in blueprint.territories:
        yield TestedLine(f"Territory {each.label}", f"territories/{each.key}", each.label, each.expression)
    for metric in blueprint.metrics:
        if metric.filter:
            where = f"Metric {metric.label} · filter"
            yield TestedLine(where, f"metrics/{metric.key}", metric.label, metric.filter, "filter")
    for playbook in blueprint.playbooks:
        for place, asked in enumerate(playbook.steps, start=1):
            where, path = f"Playbook {playbook.label}", f"playbooks/{playbook.key}/steps/{place}"
            for field, expression in (("condition", asked.condition), ("done_when", asked.done_when)):
                if expression:
                    yield TestedLine(where, path, asked.label, expression, field)


@check(
    "expressions",
    "Every criterion can be read",
    fine=lambda given: f"{len(list(_expressions(given.read)))} expressions are sound.",
)
def check_expressions(given: CheckInput) -> Iterator[Said]:
    """Every expression can be read with the proposed properties."""
    for line in _expressions(given.read):
        is_handoffs = line.path.startswith("seams/") and ("/ladder/" in line.path or "/steps/" in line.path)
        try:
            compile_line(given.proposed.ladder_catalogue if is_handoffs else given.proposed.catalogue, line.expression)
        except BadExpression as bad:
            said = f"{line.where}, “{line.label}”: {bad.message} (line {bad.line}, column {bad.column})"
            yield fault(f"{line.path}/{line.field}", said)


@check("words", "Words and tests say the same", fine="No label contradicts.")
def check_words(given: CheckInput) -> Iterator[Said]:
    """Words and test say the same. What stood there before is only doubted: a change is not held up by older lines."""
    before = {(line.label, line.expression) for line in tested_lines(given.base)}
    for line in tested_lines(given.proposed):
        if line.path.startswith("seams/") and line.expression.strip() == CATCH_ALL:
            continue
        if said := contradiction(given.proposed.catalogue, line.label, line.expression):
            speak = doubt if (line.label, line.expression) in before else fault
            yield speak(f"{line.path}/label", f"{line.where}, “{line.label}”: {said}")


@check("references", "Everything that is named exists", fine="No reference leads nowhere.")
def check_references(given: CheckInput) -> Iterator[Said]:
    """Whatever is named exists."""
    blueprint = given.proposed
    yield from said_of_functions(given)
    for where, path, stage in stages_of(blueprint):
        siblings = {each.key for each in blueprint.pipeline(stage.pipeline_key).stages}
        for to in sorted(set(stage.moves_to) - siblings):
            yield fault(f"{path}/moves_to", f"{where} may move to “{to}”, which is no stage of this pipeline.")
        if stage.creates and stage.creates not in blueprint.stages_by_path:
            yield fault(f"{path}/creates", f"{where} makes a record in “{stage.creates}”, which is no stage.")
    for seam in blueprint.seams:
        stages, label, path = blueprint.stages_by_path, seam.label, f"seams/{seam.key}"
        if seam.trigger not in stages:
            yield fault(f"{path}/trigger", f"{label} is triggered by “{seam.trigger}”, which is no stage.")
        if seam.calendar not in {each.key for each in blueprint.calendars}:
            yield fault(f"{path}/calendar", f"{label} keeps the hours of “{seam.calendar}”, which is no calendar.")
        advance, create = seam.on_accept.advance, seam.on_accept.create
        if advance and f"{seam.trigger.split('/')[0]}/{advance}" not in stages:
            said = f"{label} moves accepted records to “{advance}”, which is no stage of their pipeline."
            yield fault(f"{path}/on_accept/advance", said)
        if create and create.path not in stages:
            yield fault(f"{path}/on_accept/create", f"{label} makes a record in “{create.path}”, which is no stage.")
        pools = {each.key for each in blueprint.pools}
        for place, rule in enumerate(seam.routing, start=1):
            if rule.target == "pool" and rule.pool not in pools:
                said = f"{label} routes “{rule.label}” to pool “{rule.pool}”, which is not there."
                yield fault(f"{path}/routing/{place}/pool", said)
            if rule.target == "member" and not rule.member:
                said = f"{label} routes “{rule.label}” to a person without saying whom."
                yield fault(f"{path}/routing/{place}/member", said)


@check("required", "Required properties exist", fine="Every required property exists.")
def check_required(given: CheckInput) -> Iterator[Said]:
    """A stage can only require what a record can hold."""
    for where, path, stage in stages_of(given.proposed):
        for key in stage.required:
            if key not in given.proposed.catalogue:
                yield fault(f"{path}/required", f"{where} requires “{key}”, which is no property.")
