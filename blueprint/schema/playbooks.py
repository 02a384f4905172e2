"""Playbooks: dated steps that become tasks for whoever has a part in them."""

from typing import Annotated

from pydantic import Field

from blueprint.schema.functions import MaybeFunctionKey
from blueprint.schema.part import LabelledItem, NamedItem
from blueprint.schema.pipelines import Lines
from blueprint.schema.values import (
    CountsWhere,
    Fixed,
    IsExpression,
    Key,
    Label,
    Listed,
    Names,
    StagePath,
    Text,
    Whole,
)
from blueprint.schema.vocabularies import PlaybookEnd, PlaybookRole, PlaybookStart

MaybeExpression = Annotated[str, Text(2_000, may_be_blank=True), IsExpression()]
FARTHEST = 3_650


class PlaybookStep(LabelledItem, title="Playbook step"):
    """One step of a playbook: by which day, whose task, on what condition."""

    label: Label = Field(title="Task", description="What is to be done.")
    day: Annotated[int, Whole(-FARTHEST, FARTHEST)] = Field(
        title="Due on day", description="Counted from the date, or from the day on which the playbook begins."
    )
    notice_days: Annotated[int, Whole(0, 365)] = Field(
        default=7, title="Comes days before", description="When the condition is asked and the task is made."
    )
    role: PlaybookRole = Field(default=PlaybookRole.OWNER, title="For")
    function: Annotated[MaybeFunctionKey, CountsWhere("role", ("team",))] = Field(
        default="", title="Function", description="Of somebody of a function."
    )
    seam: Annotated[Key, Names("seam"), CountsWhere("role", ("seam_owner",))] = Field(
        default="", title="Seam", description="Of a seam's owner."
    )
    condition: MaybeExpression = Field(
        default="", title="Only if", description="Where it is not met when the task would come, the step is skipped."
    )
    done_when: MaybeExpression = Field(
        default="", title="Done when", description="As soon as it is met the step is done and its task closed."
    )


class PlaybookTerms(NamedItem, title="Playbook"):
    """What is done with a record, step by step, from an occasion on."""

    row = "playbook"

    pipeline: Annotated[Key, Names("pipeline"), Fixed()] = Field(
        title="Pipeline", description="Whose records it is about."
    )
    starts: PlaybookStart = Field(title="Begins when")
    stage: Annotated[StagePath, CountsWhere("starts", ("stage",))] = Field(
        default="", title="Stage", description="Entering it begins the playbook."
    )
    date_field: Annotated[Key, Names("field"), CountsWhere("starts", ("date",))] = Field(
        default="", title="Date", description="The day it begins and its steps count from."
    )
    days: Annotated[int, Whole(-FARTHEST, FARTHEST), CountsWhere("starts", ("date",))] = Field(
        default=0, title="Days after the date", description="When it begins; before the date they are negative."
    )
    criteria: Lines = Field(
        default=(), title="Criteria", description="It begins only where every line is met, by whatever it is begun."
    )
    again_after_days: Annotated[int | None, Whole(1, FARTHEST), CountsWhere("starts", ("criteria",))] = Field(
        default=None,
        title="Again after days",
        description="Of one that begins by criteria: when it may begin again; blank is once for each record.",
    )
    ends: PlaybookEnd = Field(
        default=PlaybookEnd.CLOSED, title="Stops when", description="What is still to be done then is let go."
    )
    calendar: Annotated[Key, Names("calendar")] = Field(
        default="", title="Calendar", description="A step is due on its working day or the one before; blank: any day."
    )
    steps: Annotated[tuple[PlaybookStep, ...], Listed(40, 1)] = Field(
        title="Steps", description="In order of their days."
    )
