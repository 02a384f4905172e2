"""What a ladder lacks: every step says whom it is about and what it changes, where its action asks for it."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.schema import SeamTerms
from blueprint.schema.vocabularies import LadderAction, RungTarget, SourceRule
from governance.checks.finding import CheckInput, Said, doubt, fault

NAMES_NOBODY = (LadderAction.QUEUE, LadderAction.PRIORITY, LadderAction.SET)


def faults_of_ladder(seam: SeamTerms, given: CheckInput) -> Iterator[Said]:
    """What keeps a step of the seam's ladder from being taken."""
    for step in seam.ladder:
        where, path = f"{seam.label}, step “{step.action.label}”", f"seams/{seam.key}/ladder/{step.key}"
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
        if step.action != LadderAction.SET:
            continue
        terms = given.proposed.properties_by_key.get(step.property_key)
        if not step.property_key:
            yield fault(f"{path}/property_key", f"{where}: say which property.")
        elif terms is None:
            yield fault(f"{path}/property_key", f"{where}: “{step.property_key}” is no property.")
        elif terms.options and step.value and step.value not in terms.options:
            yield fault(f"{path}/value", f"{where}: “{step.value}” is no option of {terms.label}.")
        elif terms.source_rule is SourceRule.ALWAYS:
            yield doubt(
                f"{path}/property_key", f"{where}: {terms.label} is owned by {terms.system}; the step may fail."
            )
