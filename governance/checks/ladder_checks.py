"""What a ladder lacks: every step says whom it is about and what it changes, where its action asks for it."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.schema import SeamTerms, StageTerms
from blueprint.schema.ladders import StepTerms
from blueprint.schema.vocabularies import LadderAction, RungTarget, SourceRule
from governance.checks.finding import CheckInput, Said, doubt, fault

NAMES_NOBODY = (LadderAction.QUEUE, LadderAction.PRIORITY, LadderAction.SET)


PLAIN = {"key", "after_minutes", "action"}  # a step that says more than these is looked at
AT_STAGES = (LadderAction.WARN, LadderAction.TASK, LadderAction.RAISE)


def faults_of_ladder(terms: SeamTerms | StageTerms, place: str, given: CheckInput) -> Iterator[Said]:
    """What keeps a step of the ladder of a seam or a stage from being taken."""
    for step in terms.ladder:
        where, path = f"{terms.label}, step “{step.action.label}”", f"{place}/ladder/{step.key}"
        if isinstance(terms, StageTerms) and step.action not in AT_STAGES:
            yield fault(f"{path}/action", f"{where}: a stage's ladder reminds, makes tasks and raises.")
            continue
        if step.target == RungTarget.PERSON and not step.person:
            yield fault(f"{path}/person", f"{where}: say which person.")
        elif step.target == RungTarget.PERSON and step.person not in given.facts.active_emails:
            yield fault(f"{path}/person", f"{where}: {step.person} is not an active member.")
        if step.target == RungTarget.ROLE and not step.role:
            yield fault(f"{path}/role", f"{where}: say which role.")
        if step.action in NAMES_NOBODY and step.target != RungTarget.USUAL:
            yield doubt(f"{path}/target", f"{where}: it is about nobody in particular; whom it names is not asked.")
        if step.action == LadderAction.REASSIGN and step.target == RungTarget.ASSIGNEE:
            yield fault(f"{path}/target", f"{where}: whoever has it cannot be given it.")
        if step.action == LadderAction.SET:
            yield from _faults_of_change(step, where, path, given)


def _faults_of_change(step: StepTerms, where: str, path: str, given: CheckInput) -> Iterator[Said]:
    """The property it changes is there, and takes the value."""
    terms = given.proposed.properties_by_key.get(step.property_key)
    if not step.property_key:
        yield fault(f"{path}/property_key", f"{where}: say which property.")
    elif terms is None:
        yield fault(f"{path}/property_key", f"{where}: “{step.property_key}” is no property.")
    elif terms.options and step.value and step.value not in terms.options:
        yield fault(f"{path}/value", f"{where}: “{step.value}” is no option of {terms.label}.")
    elif terms.source_rule is SourceRule.ALWAYS:
        yield doubt(f"{path}/property_key", f"{where}: {terms.label} is owned by {terms.system}; the step may fail.")
