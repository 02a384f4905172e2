"""Seams: where one team hands to another, by when, and what accepting does."""

from functools import cached_property
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, model_validator

from blueprint.schema.calendars import CalendarTerms
from blueprint.schema.clock_terms import MOST_CLOCKS, ClockTerms
from blueprint.schema.functions import FunctionKey
from blueprint.schema.ladders import StepTerms
from blueprint.schema.packets import PacketItem
from blueprint.schema.part import NamedItem, Part
from blueprint.schema.pause_terms import PausingTerms
from blueprint.schema.pipelines import Lines
from blueprint.schema.routing_rules import RuleTerms
from blueprint.schema.sla_lines import SlaTerms
from blueprint.schema.values import (
    AsOne,
    Email,
    Flag,
    Inner,
    Key,
    Listed,
    Names,
    StagePath,
    Text,
    Whole,
)
from blueprint.schema.vocabularies import (
    AccountKeeping,
    OpenClocks,
    RecordKind,
    TouchDirection,
    TouchKind,
)
from core import businesstime


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
    sides: Annotated[tuple[FunctionKey, ...], Listed(60)] = Field(
        default=(), title="Sides", description="Left out, it is the receiving side."
    )

    @cached_property
    def side_labels(self) -> tuple[str, ...]:
        """What the sides are called, which the blueprint around it knows."""
        return self.sides


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
    """Where one team hands to another. Minutes are the calendar's, or every minute if it says so."""

    row = "seam"

    from_function: FunctionKey = Field(alias="from", title="From", description="The side that hands over.")
    to_function: FunctionKey = Field(alias="to", title="To", description="The side that receives.")
    trigger: StagePath = Field(title="Trigger", description="Entering this stage offers a handoff.")
    calendar: Annotated[Key, Names("calendar")] = Field(title="Calendar", description="Whose hours its clocks keep.")
    wall_time: Flag = Field(
        default=False,
        title="Count every minute",
        description="Its minutes are those of the clock on the wall: nights, weekends and holidays count.",
    )
    answer_minutes: Annotated[int, Whole(0, 1_000_000)] = Field(
        title="Working minutes to answer", description="From the offer to accepting or rejecting."
    )
    restarts: Annotated[int, Whole(0, 20)] = Field(
        default=0,
        title="Restarts by hand",
        description="How often the time to answer begins anew when somebody gives a handoff to somebody else before it"
        " is due; at 0 the clock goes on.",
    )
    touch_minutes: Annotated[int | None, Whole(0, 1_000_000)] = Field(
        default=None, title="Working minutes to first touch", description="From the offer; blank is no such clock."
    )
    touch_at_once: Flag = Field(
        default=False,
        title="Chase the first touch from the offer",
        description="Its task is made while nobody has answered, too; otherwise only once it was accepted.",
    )
    first_touch: FirstTouch = Field(default=FirstTouch(), title="What counts as first touch")
    steps: Annotated[tuple[ClockTerms, ...], Listed(MOST_CLOCKS)] = Field(
        default=(),
        title="Steps after accepting",
        description="What else is to be done, each by a clock of its own; a late one makes a task for the manager of"
        " whoever accepted.",
    )
    pausing: PausingTerms = Field(default=PausingTerms(), title="When its clocks stand still")
    pause_when: Lines = Field(
        default=(),
        title="Its clocks stand still while",
        description="Every line is met by the record, as long as pauses may last in all. Without a line, never.",
    )
    open_clocks: OpenClocks = Field(
        default=OpenClocks.KEEP,
        title="Open clocks when these times change",
        description="What publishing other minutes, another ladder or calendar does with the clocks that run then. What"
        " is late already stays late.",
    )
    act_hours: Annotated[int, Whole(1, 8_760)] = Field(
        default=48,
        title="Hours to accept and act",
        description="Hours of the wall clock, for the figure “accepted and acted on”.",
    )
    sla: Annotated[tuple[SlaTerms, ...], Listed(40)] = Field(
        default=(),
        title="SLA lines",
        description="Other times for some records: the first line that is met at the offer sets the minutes; where none"
        " is, the seam's own count.",
    )
    offer_again_minutes: Annotated[int | None, Whole(0, 1_000_000)] = Field(
        default=None,
        title="Minutes until what came back is offered again",
        description="Working minutes; blank is twice the minutes to answer, 0 is never.",
    )
    barred_days: Annotated[int | None, Whole(1, 1_000)] = Field(
        default=None,
        title="Days until who gave it up is asked again",
        description="Whoever had a record's handoff here and gave it up is not asked for the record for so many days,"
        " in whatever offer; blank is while it stands at the seam, for who returned it.",
    )
    most_returns: Annotated[int | None, Whole(1, 20)] = Field(
        default=None,
        title="Returns until the owner decides",
        description="A record that came back so often, since somebody accepted it here last, goes to the seam's owner;"
        " blank is never.",
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
    covers: Annotated[tuple[Annotated[Key, Names("property")], ...], Listed(10)] = Field(
        default=(),
        title="Every choice has its rule",
        description="Properties, such as a segment or a campaign, of which each choice is taken by another rule than"
        " the catch-all; otherwise nothing is published.",
    )
    owner: Email = Field(default="", title="Owner", description="The e-mail address of who answers for the seam.")
    keeps_account: AccountKeeping = Field(
        default=AccountKeeping.NEVER,
        title="Accepting gives the company",
        description="Whether who accepts becomes the owner of the company on their side.",
    )

    @model_validator(mode="before")
    @classmethod
    def _as_usual(cls, given: Any) -> Any:
        """Where nothing is said of sides, the receiving side's touches count."""
        if not isinstance(given, dict) or not isinstance(given.get("first_touch", {}), dict) or "to" not in given:
            return given
        return {**given, "first_touch": {"sides": [given["to"]], **given.get("first_touch", {})}}

    @cached_property
    def from_label(self) -> str:
        """What the side is called that hands over, which the blueprint around it knows."""
        return self.from_function

    @cached_property
    def to_label(self) -> str:
        """What the side is called that receives, which the blueprint around it knows."""
        return self.to_function

    @cached_property
    def rules(self) -> tuple[RuleTerms, ...]:
        """The routing rules as they are asked, which the blueprint around it knows: one that leads to territories
        stands for a rule for each of them."""
        return self.routing

    @cached_property
    def calendar_terms(self) -> CalendarTerms:
        """Its calendar, which the blueprint around it knows. Raises KeyError where there is no such calendar."""
        raise KeyError(self.calendar)

    @property
    def hours(self) -> businesstime.WorkingCalendar:
        """The hours its own minutes are counted in: the calendar's, or every hour. Raises BadCalendar, and KeyError
        where there is no such calendar."""
        own = self.calendar_terms.hours
        return businesstime.every_hour(own.time_zone) if self.wall_time else own

    @cached_property
    def sla_by_key(self) -> dict[str, SlaTerms]:
        return {line.key: line for line in self.sla}

    @cached_property
    def clocks_by_kind(self) -> dict[str, ClockTerms]:
        return {each.kind: each for each in self.steps}

    @cached_property
    def trigger_stage_id(self) -> UUID:
        return self.id_of("stage", *self.trigger.split("/"))
