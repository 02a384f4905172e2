"""Checks of playbooks: what begins them is there, and every step has somebody and a day that can come."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.expressions.fields import DataType
from blueprint.schema.vocabularies import PlaybookRole, PlaybookStart
from governance.checks.finding import CheckInput, Said, check, doubt, fault

DATES = (DataType.DATE, DataType.DATETIME)


@check("playbooks", "Every playbook can begin and its steps have somebody", fine="Triggers, days and roles are sound.")
def check_playbooks(given: CheckInput) -> Iterator[Said]:
    """Each names what begins it, of records of its own pipeline, and each step whose it is."""
    blueprint = given.proposed
    known = {
        "pipeline": {each.key for each in blueprint.pipelines},
        "calendar": {each.key for each in blueprint.calendars} | {""},
    }
    seams = {each.key for each in blueprint.seams}
    dates = {each.key for each in blueprint.catalogue.fields if each.data_type in DATES} - {"now"}
    stages = {stage.path: stage.pipeline_key for pipeline in blueprint.pipelines for stage in pipeline.stages}
    for playbook in blueprint.playbooks:
        label, path, starts = playbook.label, f"playbooks/{playbook.key}", playbook.starts
        for field, keys in known.items():
            if (named := getattr(playbook, field)) not in keys:
                yield fault(f"{path}/{field}", f"{label} names the {field} “{named}”, which is not there.")
        if starts == PlaybookStart.STAGE and stages.get(playbook.stage) != playbook.pipeline:
            yield fault(f"{path}/stage", f"{label} needs a stage of its own pipeline to begin with.")
        if starts == PlaybookStart.DATE and playbook.date_field not in dates:
            yield fault(f"{path}/date_field", f"{label} needs a date of the record to begin with.")
        if starts == PlaybookStart.CRITERIA and not playbook.criteria:
            yield fault(f"{path}/criteria", f"{label} needs criteria to begin with.")
        first_day = playbook.days if starts == PlaybookStart.DATE else 0
        for place, step in enumerate(playbook.steps, start=1):
            where, what = f"{path}/steps/{place}", f"{label}, “{step.label}”"
            if step.role == PlaybookRole.TEAM and not step.function:
                yield fault(f"{where}/function", f"{what}: say of which function.")
            if step.role == PlaybookRole.SEAM_OWNER and step.seam not in seams:
                yield fault(f"{where}/seam", f"{what}: say which seam's owner.")
            if step.day < first_day:
                yield doubt(f"{where}/day", f"{what} is due before the playbook begins, and is always skipped.")
