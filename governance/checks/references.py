"""Checks of form: the document's shape, every expression, every reference."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.expressions.criteria import compile_line
from blueprint.expressions.fields import BadField
from blueprint.expressions.source import BadExpression
from blueprint.paths import Document
from blueprint.schema import Blueprint
from blueprint.shape import BadShape, check_document
from governance.checks.finding import CheckInput, Finding, Said, catalogue_of, finding

Place = tuple[str, str, str]  # where in words, the line's label, the expression


def check_shape(base: Document, proposed: Document) -> Finding:
    """The document is a blueprint, and differs from the one in force."""
    faults = []
    try:
        check_document(proposed)
        catalogue_of(proposed)
    except BadShape as bad:
        faults.append(f"{bad.path or 'The document'}: {bad.message}")
    except BadField as bad:
        faults.append(f"properties/{bad.key}: {bad}")
    if not faults and proposed == base:
        faults.append("Nothing would change.")
    return finding("shape", "The proposal is a whole blueprint", failed=faults, fine="Every part has its right form.")


def expressions(blueprint: Blueprint) -> Iterator[Place]:
    """Every expression of a blueprint with its place; `mql_threshold` is written out as the number."""
    for pipeline in blueprint.pipelines:
        for stage in pipeline.stages:
            where = f"{pipeline.label} · {stage.label}"
            yield from ((f"{where} · entry", line.label, line.expression) for line in stage.entry)
            yield from ((f"{where} · exit", line.label, line.expression) for line in stage.exit)
    for score in blueprint.scoring.rules:
        yield "Scoring", score.label, score.expression
    for seam in blueprint.seams:
        yield from ((f"{seam.label} · acceptance", line.label, line.expression) for line in seam.acceptance)
        yield from ((f"{seam.label} · routing", rule.label, rule.expression) for rule in seam.routing)
    for metric in blueprint.metrics:
        if metric.filter:
            yield f"Metric {metric.label} · filter", metric.label, metric.filter


def check_expressions(given: CheckInput) -> Finding:
    """Every expression can be read with the proposed properties."""
    faults, count = [], 0
    for where, label, expression in expressions(given.read):
        count += 1
        try:
            compile_line(given.catalogue, expression)
        except BadExpression as bad:
            faults.append(f"{where}, “{label}”: {bad.message} (line {bad.line}, column {bad.column})")
    return finding("expressions", "Every criterion can be read", failed=faults, fine=f"{count} expressions are sound.")


def check_references(given: CheckInput) -> Finding:
    """Whatever is named exists."""
    return finding(
        "references", "Everything that is named exists", failed=_broken(given), fine="No reference leads nowhere."
    )


def _broken(given: CheckInput) -> Iterator[Said]:
    for pipeline in given.proposed["pipelines"]:
        siblings = {stage["key"] for stage in pipeline["stages"]}
        for stage in pipeline["stages"]:
            where, path = (
                f"{pipeline['label']} · {stage['label']}",
                f"pipelines/{pipeline['key']}/stages/{stage['key']}",
            )
            for to in stage.get("moves_to", ()):
                if to not in siblings:
                    yield Said(f"{where} may move to “{to}”, which is no stage of this pipeline.", f"{path}/moves_to")
            if stage.get("creates") and stage["creates"] not in given.stage_paths:
                yield Said(f"{where} makes a record in “{stage['creates']}”, which is no stage.", f"{path}/creates")
    for seam in given.proposed["seams"]:
        yield from _broken_in(seam, given)


def _broken_in(seam: dict[str, Any], given: CheckInput) -> Iterator[Said]:
    stages, label, path = given.stage_paths, seam["label"], f"seams/{seam['key']}"
    if seam["trigger"] not in stages:
        yield Said(f"{label} is triggered by “{seam['trigger']}”, which is no stage.", f"{path}/trigger")
    if seam["calendar"] not in {each["key"] for each in given.proposed["calendars"]}:
        said = f"{label} keeps the hours of “{seam['calendar']}”, which is no calendar."
        yield Said(said, f"{path}/calendar")
    on_accept = seam.get("on_accept", {})
    advance, create = on_accept.get("advance"), on_accept.get("create")
    if advance and f"{seam['trigger'].split('/')[0]}/{advance}" not in stages:
        said = f"{label} moves accepted records to “{advance}”, which is no stage of their pipeline."
        yield Said(said, f"{path}/on_accept/advance")
    if create and f"{create['pipeline']}/{create['stage']}" not in stages:
        said = f"{label} makes a record in “{create['pipeline']}/{create['stage']}”, which is no stage."
        yield Said(said, f"{path}/on_accept/create")
    pools = {each["key"] for each in given.proposed["pools"]}
    for place, rule in enumerate(seam["routing"], start=1):
        if rule["target"] == "pool" and rule.get("pool") not in pools:
            said = f"{label} routes “{rule['label']}” to pool “{rule.get('pool', '')}”, which is not there."
            yield Said(said, f"{path}/routing/{place}/pool")
        if rule["target"] == "member" and not rule.get("member"):
            said = f"{label} routes “{rule['label']}” to a person without saying whom."
            yield Said(said, f"{path}/routing/{place}/member")


def check_required(given: CheckInput) -> Finding:
    """A stage can only require what a record can hold."""
    faults = [
        f"{pipeline['label']} · {stage['label']} requires “{key}”, which is no property."
        for pipeline in given.proposed["pipelines"]
        for stage in pipeline["stages"]
        for key in stage.get("required", ())
        if key not in given.catalogue
    ]
    return finding("required", "Required properties exist", failed=faults, fine="Every required property exists.")
