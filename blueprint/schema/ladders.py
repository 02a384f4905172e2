"""Ladders: what happens before and after the due time."""

from functools import cached_property
from typing import Annotated, Any

from pydantic import Field

from blueprint.schema.part import LabelledItem
from blueprint.schema.values import (
    AboutHandoff,
    CountsWhere,
    Email,
    Flag,
    IsExpression,
    Names,
    OneOf,
    Text,
    Whole,
)
from blueprint.schema.vocabularies import (
    LadderAction,
    RungTarget,
)

ROLES = (("", "None"), ("owner", "Owners"), ("admin", "RevOps admins"), ("manager", "Managers"), ("rep", "Reps"))
MINUTES_AWAY = 480
FOR_SOMEBODY = ("warn", "task", "reassign", "raise", "away")
IN_A_CHANGE = CountsWhere("action", ("set",))


class StepTerms(LabelledItem, title="Step"):
    """One rung of a ladder: when, on which condition, what, and for whom."""

    key_from = "action"

    after_minutes: Annotated[int, Whole(-100_000, 1_000_000)] = Field(
        title="After minutes", description="Working minutes from the due time; before it they are negative."
    )
    after_percent: Annotated[int, Whole(-100, 10_000)] = Field(
        default=0,
        title="After percent",
        description="Of the time allowed, added to the minutes: -50 is half-way to the due time.",
    )
    wall: Flag = Field(
        default=False, title="By the wall clock", description="Minutes and percent run at night and on holidays, too."
    )
    condition: Annotated[str, Text(2_000, may_be_blank=True), IsExpression(), AboutHandoff()] = Field(
        default="", title="Only if", description="Asked when the step falls due; blank is always."
    )
    action: LadderAction = Field(title="Action")
    target: Annotated[RungTarget, CountsWhere("action", FOR_SOMEBODY)] = Field(
        default=RungTarget.USUAL,
        title="Whom",
        description="As usual: whoever has it is reminded or unavailable, the manager gets the task, the next in turn"
        " the handoff, the seam's owner what is raised.",
    )
    person: Annotated[Email, CountsWhere("target", ("person",))] = Field(
        default="", title="Person", description="The address, where it is one person."
    )
    role: Annotated[str, OneOf(ROLES), CountsWhere("target", ("role",))] = Field(
        default="", title="Role", description="Everybody of it is told; a task goes to the first who is here."
    )
    property_key: Annotated[str, Text(60, may_be_blank=True), Names("property"), IN_A_CHANGE] = Field(
        default="", title="Property", description="The property that is changed."
    )
    value: Annotated[str, Text(300, may_be_blank=True), IN_A_CHANGE] = Field(
        default="", title="New value", description="What the property says from then on; blank clears it."
    )
    away_minutes: Annotated[int, Whole(1, 100_000), CountsWhere("action", ("away",))] = Field(
        default=MINUTES_AWAY, title="Unavailable for minutes", description="Of the wall clock, from this step on."
    )

    def offset(self, allowed_minutes: int) -> int:
        """How many minutes after the due time it falls due; before it they are negative."""
        return self.after_minutes + round(self.after_percent * allowed_minutes / 100)

    @cached_property
    def extras(self) -> dict[str, Any]:
        """What a rung of a clock keeps beside its action and moment: only what is not as usual."""
        kept: dict[str, Any] = {"condition": self.condition.strip(), "wall": self.wall}
        if self.target != RungTarget.USUAL:
            kept |= {"target": self.target.value}
            kept |= {"person": self.person} if self.target == RungTarget.PERSON else {}
            kept |= {"role": self.role} if self.target == RungTarget.ROLE else {}
        if self.action == LadderAction.SET:
            return {name: said for name, said in kept.items() if said} | {
                "property": self.property_key,
                "value": self.value,
            }
        if self.action == LadderAction.AWAY:
            kept["minutes"] = self.away_minutes
        return {name: said for name, said in kept.items() if said}
