"""Where one team hands to another: who takes turns, what is handed over, by when, and why something is refused."""

from functools import cached_property
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, model_validator

from blueprint.schema.calendars import CalendarTerms
from blueprint.schema.part import LabelledItem, NamedItem, Part
from blueprint.schema.pipelines import Lines
from blueprint.schema.values import (
    AsOne,
    Email,
    Expression,
    Fixed,
    Flag,
    Inner,
    Key,
    Label,
    Listed,
    Names,
    StagePath,
    Text,
    Whole,
)
from blueprint.schema.vocabularies import (
    Disposition,
    LadderAction,
    PacketType,
    ReasonPurpose,
    RecordKind,
    RoutingTarget,
    TouchDirection,
    TouchKind,
)
from core import businesstime
from core.people.functions import Function


class PoolTerms(NamedItem, title="Pool"):
    """Who takes turns: the active seats of the teams with this function, and of this team and region where given."""

    row = "pool"

    function: Function = Field(title="Function", description="Teams of this function take turns.")
    team: Annotated[str, Text(60, may_be_blank=True), Names("team")] = Field(
        default="", title="Team", description="Only this team; blank is every team of the function."
    )
    region: Annotated[str, Text(80, may_be_blank=True)] = Field(
        default="", title="Region", description="Only teams of this region; blank is every region."
    )


class ReasonTerms(NamedItem, title="Reason"):
    """Why something was refused, lost or overridden, and what happens next."""

    named_by = ("purpose", "key")
    row = "reason"

    purpose: Annotated[ReasonPurpose, Fixed()] = Field(title="Purpose", description="When it is asked for.")
    disposition: Disposition = Field(
        default=Disposition.NONE, title="Disposition", description="What happens to a record that is rejected with it."
    )
    needs_note: Flag = Field(
        default=False, title="Needs a note", description="Whoever chooses it also says why in words."
    )


class PacketItem(NamedItem, title="Packet item"):
    """One thing the sender must hand over."""

    required: Flag = Field(default=True, title="Required", description="Without it nothing is accepted.")
    type: PacketType = Field(default=PacketType.LONG, title="Answered with")
    options: Annotated[tuple[Annotated[str, Text(160)], ...], Listed(40)] = Field(
        default=(), title="Options", description="Of a choice."
    )
    least_words: Annotated[int, Whole(0, 200)] = Field(
        default=0, title="Words at least", description="Fewer leave it missing; 0 is any answer."
    )


class StepTerms(LabelledItem, title="Step"):
    """One rung of the ladder."""

    key_from = "action"

    after_minutes: Annotated[int, Whole(-100_000, 1_000_000)] = Field(
        title="After minutes", description="Working minutes from the due time; before it they are negative."
    )
    action: LadderAction = Field(title="Action")


class RuleTerms(LabelledItem, title="Routing rule"):
    """One routing rule. They are asked in their order; the first that matches decides."""

    label: Label = Field(title="Label")
    expression: Expression = Field(title="Test", description="The last rule of a seam catches all: true.")
    target: RoutingTarget = Field(title="Receiver")
    pool: Annotated[Key, Names("pool")] = Field(default="", title="Pool", description="Where the receiver is a pool.")
    member: Annotated[str, Text(254), Names("member")] = Field(
        default="", title="Person", description="The e-mail address, where the receiver is one person."
    )

    @cached_property
    def pool_id(self) -> UUID | None:
        return self.id_of("pool", self.pool) if self.pool else None


class FirstTouch(Part, title="First touch"):
    """Which touches stop the first-touch clock. `sides` are functions whose people count, beside whoever has it."""

    kinds: Annotated[tuple[TouchKind, ...], Listed(len(TouchKind))] = Field(
        default=(TouchKind.CALL, TouchKind.EMAIL, TouchKind.MEETING), title="Kinds"
    )
    directions: Annotated[tuple[TouchDirection, ...], Listed(len(TouchDirection))] = Field(
        default=(TouchDirection.OUTBOUND,), title="Directions"
    )
    outcomes: Annotated[tuple[Annotated[str, Text(60)], ...], Listed(40)] = Field(
        default=("Connected", "Meeting agreed", "Meeting held", "Replied", "Message left", "Sent"), title="Outcomes"
    )
    sides: Annotated[tuple[Function, ...], Listed(len(Function))] = Field(
        default=(), title="Sides", description="Left out, it is the receiving side."
    )


class NextRecord(Part, title="Next record"):
    """The next record of the journey."""

    kind: RecordKind = Field(title="Kind of record")
    pipeline: Annotated[Key, Names("pipeline")] = Field(title="Pipeline")
    stage: Key = Field(title="Stage")

    @property
    def path(self) -> str:
        """`pipeline/stage`, where it begins."""
        return f"{self.pipeline}/{self.stage}"


class OnAccept(Part, title="On acceptance"):
    """What accepting does to the record, and what it makes."""

    advance: Annotated[Key, Names("sibling")] = Field(
        default="", title="Advance to", description="A stage of the record's own pipeline."
    )
    create: Annotated[NextRecord | None, Inner()] = Field(default=None, title="Create")


class SeamTerms(NamedItem, title="Seam"):
    """Where one team hands to another. Minutes are working minutes of the calendar."""

    row = "seam"

    from_function: Function = Field(alias="from", title="From", description="The side that hands over.")
    to_function: Function = Field(alias="to", title="To", description="The side that receives.")
    trigger: StagePath = Field(title="Trigger", description="Entering this stage offers a handoff.")
    calendar: Annotated[Key, Names("calendar")] = Field(title="Calendar", description="Whose hours its clocks keep.")
    answer_minutes: Annotated[int, Whole(0, 1_000_000)] = Field(
        title="Working minutes to answer", description="From the offer to accepting or rejecting."
    )
    touch_minutes: Annotated[int | None, Whole(0, 1_000_000)] = Field(
        default=None, title="Working minutes to first touch", description="From the offer; blank is no such clock."
    )
    first_touch: FirstTouch = Field(default=FirstTouch(), title="What counts as first touch")
    act_hours: Annotated[int, Whole(1, 8_760)] = Field(
        default=48,
        title="Hours to accept and act",
        description="Hours of the wall clock, for the figure “accepted and acted on”.",
    )
    offer_again_minutes: Annotated[int | None, Whole(0, 1_000_000)] = Field(
        default=None,
        title="Minutes until what came back is offered again",
        description="Working minutes; blank is twice the minutes to answer, 0 is never.",
    )
    acceptance: Lines = Field(
        default=(), title="Acceptance criteria", description="To be accepted, every line must be met."
    )
    packet: Annotated[tuple[PacketItem, ...], Listed(60)] = Field(
        default=(), title="Packet", description="What the sender hands over with the record."
    )
    on_accept: Annotated[OnAccept, AsOne()] = Field(default=OnAccept(), title="On acceptance")
    ladder: Annotated[tuple[StepTerms, ...], Listed(20)] = Field(
        title="Ladder", description="What happens before and after the due time, in order of time."
    )
    routing: Annotated[tuple[RuleTerms, ...], Listed(100)] = Field(
        title="Routing rules", description="Who receives; the first match wins, the last rule catches all."
    )
    owner: Email = Field(default="", title="Owner", description="The e-mail address of who answers for the seam.")

    @model_validator(mode="before")
    @classmethod
    def _as_usual(cls, given: Any) -> Any:
        """Where nothing is said of sides, the receiving side's touches count."""
        if not isinstance(given, dict) or not isinstance(given.get("first_touch", {}), dict) or "to" not in given:
            return given
        return {**given, "first_touch": {"sides": [given["to"]], **given.get("first_touch", {})}}

    @cached_property
    def calendar_terms(self) -> CalendarTerms:
        """Its calendar, which the blueprint around it knows. Raises KeyError where there is no such calendar."""
        raise KeyError(self.calendar)

    @property
    def hours(self) -> businesstime.WorkingCalendar:
        """The calendar's hours. Raises BadCalendar, and KeyError where there is no such calendar."""
        return self.calendar_terms.hours

    @cached_property
    def trigger_stage_id(self) -> UUID:
        return self.id_of("stage", *self.trigger.split("/"))
