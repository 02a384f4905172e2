"""Words of values: what a property holds, and who may write it."""

from enum import StrEnum

from blueprint.schema.vocabularies.vocabulary import Vocabulary


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
