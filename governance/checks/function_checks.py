"""Checks of functions: whoever names one names one that is there, and none goes while a team stands on it."""

from __future__ import annotations

from collections.abc import Iterator

from governance.checks.finding import CheckInput, Said, doubt, fault


def said_of_functions(given: CheckInput) -> Iterator[Said]:
    """Stages, seams, pools, territories and playbooks name functions of the version; teams stand on them."""
    blueprint, known = given.proposed, given.proposed.function_labels
    named = [
        (f"pipelines/{pipeline.key}/stages/{stage.key}/team", f"{pipeline.label} · {stage.label}", stage.team)
        for pipeline in blueprint.pipelines
        for stage in pipeline.stages
    ]
    for seam in blueprint.seams:
        path, ends = f"seams/{seam.key}", {seam.from_function, seam.to_function}
        named += [(f"{path}/from", seam.label, seam.from_function), (f"{path}/to", seam.label, seam.to_function)]
        named += [
            (f"{path}/first_touch/sides", seam.label, each) for each in seam.first_touch.sides if each not in ends
        ]
    named += [(f"pools/{pool.key}/function", pool.label, pool.function) for pool in blueprint.pools]
    named += [(f"territories/{each.key}/function", each.label, each.function) for each in blueprint.territories]
    named += [
        (f"playbooks/{playbook.key}/steps/{place}/function", f"{playbook.label}, “{step.label}”", step.function)
        for playbook in blueprint.playbooks
        for place, step in enumerate(playbook.steps, start=1)
        if step.function
    ]
    for path, label, key in named:
        if key not in known:
            yield fault(path, f"{label} names the function “{key}”, which is not there.")
    yield from _said_of_names(given)
    if gone := given.base.function_labels.keys() - known.keys():
        yield from _said_of_gone(given, sorted(gone))


def _said_of_names(given: CheckInput) -> Iterator[Said]:
    """No two have one name, as people read it; two that have it already are told as a doubt."""
    before, labels = given.base.function_labels, dict[str, str]()
    for key, label in given.proposed.function_labels.items():
        if (same := labels.setdefault(_read(label), key)) != key:
            were_so = key in before and same in before and _read(before[key]) == _read(before[same])
            said = doubt if were_so else fault
            yield said(f"functions/{key}/label", f"The functions {same} and {key} have one name, {label}. Rename one.")


def _read(label: str) -> str:
    return " ".join(label.casefold().split())


def _said_of_gone(given: CheckInput, gone: list[str]) -> Iterator[Said]:
    """Those that would go: no team may stand on them; companies may be somebody's there."""
    for key in gone:
        label = given.base.function_label(key)
        if teams := given.facts.teams_by_function.get(key):
            said = f"Function {label} would go while teams stand on it: {', '.join(teams)}."
            yield fault(f"functions/{key}", f"{said} Give them another side first.")
        if count := given.facts.companies_by_function.get(key, 0):
            said = f"{count:,} companies have an owner in {label}; nothing is routed to them from then on."
            yield doubt(f"functions/{key}", said)
