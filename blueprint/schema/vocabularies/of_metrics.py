"""Words of metrics: units, periods and directions."""

from blueprint.schema.vocabularies.vocabulary import Vocabulary


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
