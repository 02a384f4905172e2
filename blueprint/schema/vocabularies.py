"""Vocabularies of the blueprint: every closed list of words, with the label a person reads."""

from enum import StrEnum
from typing import Any

from django.db.models import TextChoices
from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema


class Vocabulary(TextChoices):
    """A closed list of words. Pydantic reads a word as its member and refuses any other with one sentence."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        members = core_schema.enum_schema(cls, list(cls), sub_type="str")
        return core_schema.custom_error_schema(members, "not_a_word", custom_error_message=one_of(cls.values))


def one_of(words: list[str]) -> str:
    """The sentence that refuses a word which is not on the list."""
    return f"This is one of: {', '.join(words)}."


class Family(StrEnum):
    """What a value can be compared with: two values go together when their families agree."""

    TEXT = "text"
    NUMBER = "a number"
    BOOLEAN = "yes or no"
    TIME = "a date"
    SPAN = "a length of time"
    LIST = "several values"


class DataType(Vocabulary):
    """How a property is stored and typed in."""

    TEXT = "text", "Text"
    NUMBER = "number", "Number"
    INTEGER = "integer", "Whole number"
    BOOLEAN = "boolean", "Yes or no"
    DATE = "date", "Day"
    DATETIME = "datetime", "Day and time"
    CHOICE = "choice", "Choice"
    CHOICES = "choices", "Several choices"
    EMAIL = "email", "E-mail address"
    URL = "url", "Web address"
    PERSON = "person", "Somebody of the workspace"

    @property
    def family(self) -> Family:
        """The family of values this type belongs to."""
        return _FAMILIES.get(self, Family.TEXT)


_FAMILIES = {
    DataType.NUMBER: Family.NUMBER,
    DataType.INTEGER: Family.NUMBER,
    DataType.BOOLEAN: Family.BOOLEAN,
    DataType.DATE: Family.TIME,
    DataType.DATETIME: Family.TIME,
    DataType.CHOICES: Family.LIST,
}


class SourceRule(Vocabulary):
    """Which system may write a property."""

    LATEST_WINS = "latest_wins", "Anybody; the last word stands"
    PREFER_UNLESS_BLANK = "prefer_unless_blank", "The owning system; others only fill a blank"
    ALWAYS = "always", "The owning system alone"
    NEVER = "never", "No system; only people in the page"

    @classmethod
    def _missing_(cls, value: object) -> "SourceRule | None":
        return cls.ALWAYS if value == "owner_only" else None  # an older word for the same rule


class RecordKind(Vocabulary):
    """What a record is at this point of the journey."""

    LEAD = "lead", "Lead"
    OPPORTUNITY = "opportunity", "Opportunity"
    CUSTOMER = "customer", "Customer"


class Category(Vocabulary):
    """What being in a stage means for the record."""

    OPEN = "open", "Open"
    WON = "won", "Won"
    LOST = "lost", "Lost"
    DISQUALIFIED = "disqualified", "Disqualified"
    RECYCLED = "recycled", "Recycled"


class Forecast(Vocabulary):
    """How the forecast counts a stage."""

    OMITTED = "omitted", "Left out"
    PIPELINE = "pipeline", "Pipeline"
    BEST_CASE = "best_case", "Best case"
    COMMIT = "commit", "Commit"
    CLOSED = "closed", "Closed"


class ScoreGroup(Vocabulary):
    """Which of the two sums a score rule adds to."""

    FIT = "fit", "Fit"
    BEHAVIOUR = "behaviour", "Behaviour"


class LadderAction(Vocabulary):
    """What a rung of the ladder does."""

    WARN = "warn", "Remind the assignee"
    TASK = "task", "Task for the team's manager"
    REASSIGN = "reassign", "Reassign to the next in turn"
    RAISE = "raise", "Raise to the seam's owner"


class RoutingTarget(Vocabulary):
    """Who receives by a routing rule."""

    POOL = "pool", "A pool, in turns"
    ACCOUNT_OWNER = "account_owner", "The account's owner"
    RECORD_OWNER = "record_owner", "The record's owner"
    MEMBER = "member", "One person"


class ReasonPurpose(Vocabulary):
    """When a reason is asked for."""

    REJECT = "reject", "A handoff is rejected"
    LOSS = "loss", "A deal is lost"
    OVERRIDE = "override", "A gate is passed over"


class PacketType(Vocabulary):
    """How an item of a packet is answered."""

    LONG = "long", "Several lines"
    TEXT = "text", "One line"
    CHOICE = "choice", "One of some options"
    DATE = "date", "Day"
    LINK = "link", "Web address"
    PERSON = "person", "Somebody of the workspace"


class Disposition(Vocabulary):
    """What a reason for rejecting does with the record."""

    RECYCLE = "recycle", "Recycle the record"
    RETURN = "return", "Return it to the sender"
    ROUTE = "route", "Route it to somebody else"
    DISQUALIFY = "disqualify", "Disqualify the record"
    LOSE = "lose", "Count the record as lost"
    NONE = "none", "Nothing"

    @property
    def category(self) -> Category | None:
        """Where the record goes: the first stage of this category in its pipeline, whatever the stage is called."""
        found = {"recycle": Category.RECYCLED, "disqualify": Category.DISQUALIFIED, "lose": Category.LOST}
        return found.get(self.value)


class TouchKind(Vocabulary):
    """What somebody did with a record."""

    CALL = "call", "Call"
    EMAIL = "email", "E-mail"
    MEETING = "meeting", "Meeting"
    NOTE = "note", "Note"


class TouchDirection(Vocabulary):
    """Who reached for whom."""

    OUTBOUND = "outbound", "From us"
    INBOUND = "inbound", "From them"


class Unit(Vocabulary):
    """What a metric is told in."""

    RATIO = "ratio", "Ratio"
    MONEY = "money", "Money"
    DAYS = "days", "Days"
    HOURS = "hours", "Hours"
    MINUTES = "minutes", "Minutes"
    COUNT = "count", "Count"
    MONEY_PER_DAY = "money_per_day", "Money per day"


class Every(Vocabulary):
    """For which stretch of the calendar a target is set, again and again."""

    MONTH = "month", "Each month"
    QUARTER = "quarter", "Each quarter"


class ClosingPeriod(Vocabulary):
    """Which stretches of the calendar close, so that what was won or lost in them changes only by a restatement."""

    NEVER = "never", "Never"
    MONTH = "month", "Each month"
    QUARTER = "quarter", "Each quarter"


class Direction(Vocabulary):
    """Which way of a metric is good."""

    UP = "up", "Higher is better"
    DOWN = "down", "Lower is better"
