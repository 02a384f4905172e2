"""The shapes of the scorecard's API. Values are decimals written as text, six places: the same a page starts from."""

from typing import Any

from rest_framework import serializers

from blueprint.schema import MetricTerms
from blueprint.schema.vocabularies import Direction, Unit
from scorecard.api.cohort_serializers import CohortsOut, CrossedOut
from scorecard.api.figure_serializers import (
    BucketOut,
    ComparisonOut,
    DeltaOut,
    FigureOut,
    MarkOut,
    PaceOut,
    PeriodOut,
    PullOut,
    RestatedOut,
    SpreadOut,
    StandpointOut,
    decimal,
)
from scorecard.kinds import KINDS, kind_of
from scorecard.rules.attention import headline_of


class MetricOut(serializers.Serializer):
    """A definition in force."""

    key = serializers.CharField()
    label = serializers.CharField()
    description = serializers.CharField()
    kind = serializers.CharField()
    parameters = serializers.DictField()
    filter = serializers.CharField()
    unit = serializers.CharField()
    direction = serializers.ChoiceField(Direction.values)
    target = decimal(allow_null=True)
    segments = serializers.ListField(child=serializers.CharField())
    is_headline = serializers.BooleanField(source="headline")
    owner_email = serializers.CharField(source="owner")
    in_plan = serializers.BooleanField(help_text="whether the plan of the business is set by it")
    in_compensation = serializers.BooleanField(help_text="whether somebody is paid by it")
    paid_teams = serializers.ListField(child=serializers.CharField(), help_text="keys of the teams paid by it")
    aside_label = serializers.SerializerMethodField(
        help_text="What `aside` of its figures counts: `Too young to tell`; blank where nothing is counted beside."
    )

    def get_aside_label(self, metric: MetricTerms) -> str:
        """What stands beside the value, in the words of the page."""
        try:
            return kind_of(metric).aside_label
        except (KeyError, ValueError):  # it cannot be counted
            return ""

    definition_version = serializers.IntegerField()
    sources_version = serializers.SerializerMethodField(
        help_text="Since which version the lists of sources are as they are; null where it reads none."
    )

    def get_sources_version(self, metric: MetricTerms) -> int | None:
        """Of the blueprint in force."""
        reads = metric.kind in KINDS and KINDS[metric.kind].reads_sources
        return int(self.context["view"].board.blueprint.reporting.sources_version) if reads else None


class MetricIn(serializers.Serializer):
    """A metric as somebody defines it. Kinds and their parameters: docs/metrics.md."""

    key = serializers.SlugField(max_length=60, help_text="That of a metric in force tries it in its place.")
    label = serializers.CharField(max_length=120, required=False)  # type: ignore[assignment] # a field of the shape
    kind = serializers.CharField(max_length=60)
    unit = serializers.ChoiceField(Unit.values)
    parameters = serializers.DictField(required=False)
    filter = serializers.CharField(max_length=2_000, required=False, allow_blank=True)


class TriedOut(serializers.Serializer):
    """What it would say."""

    metric = MetricOut()
    currency = serializers.CharField()
    period = PeriodOut()
    figure = FigureOut()
    trend = BucketOut(many=True, help_text="month by month, for a year")
    why_not = serializers.CharField(help_text="Why it has no figure: it takes too long to count. Blank where it has.")


class CountingOut(serializers.Serializer):
    """How far the counting of a figure is, where there is too much to count while somebody waits."""

    share = decimal(help_text="how much of its days is counted, 0 to 1")
    as_of = serializers.DateTimeField(
        allow_null=True, help_text="when what is shown meanwhile was counted; null where nothing can be shown yet"
    )


class CardOut(serializers.Serializer):
    """A metric on the scorecard."""

    metric = MetricOut()
    figure = FigureOut()
    before = FigureOut(allow_null=True)
    beside = FigureOut(allow_null=True, help_text="of the second value of the segment, where `beside` asks for one")
    sample_size = serializers.IntegerField(
        allow_null=True, help_text="How many the value is counted from; null for sums."
    )
    is_small_sample = serializers.BooleanField(help_text="Too few to conclude anything from its moves.")
    pace = PaceOut(allow_null=True, help_text="of the whole, where it has a target by period")
    delta = DeltaOut(allow_null=True)
    band = serializers.ChoiceField(["in", "out", "none"])
    spark = serializers.ListField(child=decimal(allow_null=True), help_text="values over the period, evenly cut")
    settled = serializers.IntegerField(
        help_text="how many values of `spark`, from the first, are settled; later ones are running or not ripe"
    )
    owner = serializers.CharField()
    fell = PullOut(many=True)
    restated = RestatedOut(allow_null=True, help_text="Null where no closing of a closed period was changed later.")
    failing = serializers.CharField(
        allow_null=True, help_text="Why it cannot be counted; its value is null then. Null for one that can."
    )
    counting = CountingOut(allow_null=True, help_text="Null where the figure is of this moment.")


class SegmentRowOut(serializers.Serializer):
    """One value of the segment, metric by metric."""

    value = serializers.CharField()
    figures = serializers.DictField(child=FigureOut())


class LimboCardOut(serializers.Serializer):
    """What waits for nobody who can act, as it is now; nought in a company that keeps its promises."""

    total = serializers.IntegerField()
    oldest_at = serializers.DateTimeField(allow_null=True)
    owners = serializers.ListField(child=serializers.CharField())


class ScorecardOut(serializers.Serializer):
    """The scorecard of a period."""

    period = PeriodOut()
    standpoint = StandpointOut()
    compared = ComparisonOut()
    segment = serializers.CharField()
    segment_value = serializers.CharField()
    beside_value = serializers.CharField()
    headline = serializers.SerializerMethodField(
        help_text="Keys of the metrics on the headline, in the order of the page: out of band first."
    )
    cards = CardOut(many=True)
    by_segment = SegmentRowOut(many=True)
    limbo = LimboCardOut()

    def get_headline(self, told: dict[str, Any]) -> list[str]:
        """The metrics on the headline."""
        return [card.metric.key for card in headline_of(told["cards"])]


class SliceOut(serializers.Serializer):
    """One value of a segment."""

    value = serializers.CharField()
    figure = FigureOut()
    band = serializers.ChoiceField(["in", "out", "none"])
    trend = BucketOut(many=True, help_text="of the twelve weightiest values; of others, none")


class UnconvertedOut(serializers.Serializer):
    """A currency without a rate, and how many have money in it that is not added."""

    currency = serializers.CharField()
    count = serializers.IntegerField()


class StageAgesOut(serializers.Serializer):
    """What is open in one stage at the end of the period, by the days it has been there."""

    stage = serializers.CharField(source="stage.path")
    label = serializers.CharField(source="stage.label")
    open = serializers.IntegerField(source="open_count")
    late = serializers.IntegerField(source="late_count")
    age_limit_days = serializers.IntegerField(source="stage.age_limit_days", allow_null=True)
    median_days = decimal(source="median", allow_null=True)
    p90_days = decimal(source="p90", allow_null=True)


class FormerOut(serializers.Serializer):
    """What a metric said under a former definition."""

    definition_version = serializers.IntegerField()
    superseded_at = serializers.DateTimeField()
    kind = serializers.CharField(source="metric.kind")
    parameters = serializers.DictField(source="metric.parameters")
    filter = serializers.CharField(source="metric.filter")
    figure = FigureOut()
    trend = serializers.ListField(
        child=FigureOut(allow_null=True), help_text="beside `trend` of the metric; null from where it was superseded on"
    )


class MeasuredOut(CardOut):
    """One metric in full. `ages`: of an aging metric, every open stage; of others, none. `cohorts`: of a conversion."""

    spark = settled = pace = None
    period = PeriodOut()
    standpoint = StandpointOut()
    compared = ComparisonOut()
    step = serializers.CharField()
    segment = serializers.CharField()
    segment_value = serializers.CharField()
    beside_value = serializers.CharField()
    trend = BucketOut(many=True)
    trend_before = BucketOut(many=True, help_text="over the days it is compared with")
    trend_beside = BucketOut(many=True, help_text="of the second value of the segment")
    marks = MarkOut(many=True)
    paces = PaceOut(many=True, help_text="every target of this month and quarter, of the whole and of teams")
    former = FormerOut(many=True)
    slices = SliceOut(many=True)
    spread = SpreadOut(many=True)
    ages = StageAgesOut(many=True)
    cohorts = CohortsOut(allow_null=True)
    crossed = CrossedOut(allow_null=True)
    unconverted = UnconvertedOut(many=True)
    by_the_clock = FigureOut(
        allow_null=True, help_text="Of a metric that is told in working time: the same by the clock on the wall."
    )
