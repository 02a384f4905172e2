"""The shapes of one figure: its days, its parts, its course. Values are decimals written as text, six places."""

from functools import partial

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from blueprint.schema.vocabularies import Every
from scorecard.rules.comparisons import COMPARISONS
from scorecard.rules.standpoint import READINGS
from scorecard.rules.totals import Figure

decimal = partial(serializers.DecimalField, max_digits=40, decimal_places=6)  # written as text


class StandpointOut(serializers.Serializer):
    """From where the past is seen: owners, teams and sources as they were then (`was`), or as they are `now`; and on
    which day all that is told was known already, where it was asked so."""

    reading = serializers.ChoiceField(list(READINGS))
    known_on = serializers.DateField(allow_null=True)


class PeriodOut(serializers.Serializer):
    """Days, both included."""

    choice = serializers.CharField()
    first = serializers.DateField()
    last = serializers.DateField()


class InputsOut(serializers.Serializer):
    """The four inputs of velocity."""

    open_deals = decimal()
    win_rate = decimal(allow_null=True)
    average_deal = decimal(allow_null=True)
    cycle_days = decimal(allow_null=True)


class FigureOut(serializers.Serializer):
    """A value and what it is made of. `aside` is counted beside: what it is says the metric's `aside_label`. Money is
    in the reporting currency; `unconverted` counts what has money in a currency without a rate and is not added."""

    value = decimal(allow_null=True)
    numerator = decimal()
    denominator = decimal()
    aside = decimal()
    unconverted = serializers.IntegerField()
    open = decimal(source="open_count")
    mean = decimal(allow_null=True)
    median = decimal(allow_null=True)
    p90 = decimal(allow_null=True)
    maximum = decimal(allow_null=True)
    made_from = serializers.SerializerMethodField(help_text="Of a formula: the values of its metrics, by their keys.")
    inputs = InputsOut(allow_null=True)

    @extend_schema_field(serializers.DictField(child=decimal(allow_null=True)))
    def get_made_from(self, figure: Figure) -> dict[str, str | None]:
        """None for one without a value."""
        return {each.key: None if each.value is None else f"{each.value:.6f}" for each in figure.ingredients}


class DeltaOut(serializers.Serializer):
    """The change against the period before."""

    absolute = decimal()
    relative = decimal(allow_null=True)
    is_better = serializers.BooleanField(allow_null=True)


class PullOut(serializers.Serializer):
    """An input that pulled velocity down; `share` of the fall."""

    name = serializers.CharField()
    label = serializers.CharField()
    before = decimal()
    now = decimal()
    share = decimal()


class ComparisonOut(serializers.Serializer):
    """What a period is compared with; no period where there is nothing before it."""

    choice = serializers.ChoiceField(list(COMPARISONS))
    period = PeriodOut(allow_null=True)


class BucketOut(serializers.Serializer):
    """One point of a trend; one without a sample has no value."""

    period = PeriodOut()
    figure = FigureOut()
    is_running = serializers.BooleanField(help_text="Its day, week, month or quarter is not over yet.")
    is_ripe = serializers.BooleanField(help_text="Nothing it counts can turn out otherwise by mere waiting.")


class PaceOut(serializers.Serializer):
    """A target of this month or quarter, and where the metric stands against it today."""

    key = serializers.CharField(source="terms.key")
    label = serializers.CharField(source="terms.label")
    team = serializers.CharField(source="terms.team", help_text="the team's key; blank is everybody")
    team_name = serializers.CharField(source="team")
    every = serializers.ChoiceField(Every.choices, source="terms.every")
    period = PeriodOut()
    target = decimal(source="terms.target")
    value = decimal(allow_null=True, help_text="from the first day to today")
    expected = decimal(help_text="What it is to be by the end of today: in proportion to the days for what adds up.")
    gap = decimal(allow_null=True)
    is_ahead = serializers.BooleanField(allow_null=True)


class SpreadOut(serializers.Serializer):
    """One bar of the distribution."""

    low = serializers.IntegerField()
    high = serializers.IntegerField()
    count = serializers.IntegerField()


class RestatedOut(serializers.Serializer):
    """Later changes to closings of closed periods, of the whole; `restatements` lists them."""

    count = serializers.IntegerField()
    money = decimal(
        allow_null=True, help_text="By how much what was won changed; null where the metric adds no money of all."
    )


class MarkOut(serializers.Serializer):
    """What may have moved the figure: a version published, a file brought in, closings of the day restated. `number` is
    the version's or file's, or how many were restated."""

    day = serializers.DateField()
    kind = serializers.ChoiceField(["version", "import", "restatement"])
    number = serializers.IntegerField()
    label = serializers.CharField()
    is_definition = serializers.BooleanField(help_text="The metric itself was defined anew.")
