"""The shapes of the funnel: steps, the seams between the teams, and one seam in full."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from scorecard.api.serializers import CountingOut, PeriodOut, decimal
from scorecard.queries import Funnel
from scorecard.rules.funnel_cohorts import COHORTS


class StepOut(serializers.Serializer):
    """A step of the journey."""

    key = serializers.CharField()
    label = serializers.CharField()
    count = serializers.IntegerField(help_text="how many journeys came to it")
    worth = decimal(help_text="what they were worth then, in the reporting currency")
    unconverted = serializers.IntegerField(help_text="how many of them have money without a rate, which is not added")
    rate = decimal(allow_null=True, help_text="of the step before")
    lost = serializers.IntegerField(allow_null=True, help_text="how many fewer than at the step before")
    target = decimal(allow_null=True, help_text="of the rate, by the conversion in `metric`")
    metric = serializers.CharField(help_text="the conversion that leads here and has a target, or blank")


class LossCauseOut(serializers.Serializer):
    """Where to, and why, journeys were closed."""

    label = serializers.CharField()
    count = serializers.IntegerField()
    part = serializers.CharField(help_text="what the step's journeys are asked by to list them")


class LossOut(serializers.Serializer):
    """The two steps between which most journeys are lost."""

    before = serializers.CharField(source="before.key")
    after = serializers.CharField(source="after.key")
    lost = serializers.IntegerField()
    share = decimal(allow_null=True, help_text="of those that came to the step before")
    causes = LossCauseOut(many=True, help_text="what was closed from the step before")
    explained_by = serializers.ChoiceField(
        list(COHORTS),
        allow_null=True,
        help_text="`began`: the causes are of the journeys that were lost; `moved`: of all that were closed in the "
        "period; null where both are too many to look at",
    )


class SplitOut(serializers.Serializer):
    """The steps for one value of what the funnel is split by, and where most of it is lost."""

    value = serializers.CharField()
    steps = StepOut(many=True)
    loss = LossOut(allow_null=True)


class JourneysFilterOut(serializers.Serializer):
    """What all journeys must have."""

    segment = serializers.CharField()
    value = serializers.CharField()


class LineOut(serializers.Serializer):
    """A seam in the period. `owner` is blank where it has none, which is an error."""

    key = serializers.CharField(source="seam.key")
    label = serializers.CharField(source="seam.label")
    owner = serializers.CharField()
    offered = serializers.IntegerField()
    accepted = serializers.IntegerField()
    rejected = serializers.IntegerField()
    late = serializers.IntegerField()
    conversion = decimal(allow_null=True, help_text="of those that were offered")
    answered_conversion = decimal(allow_null=True, help_text="of those that were answered")
    median_minutes = decimal(allow_null=True)
    open = serializers.IntegerField(source="open_count")
    open_breaches = serializers.IntegerField()
    loss = serializers.IntegerField()
    is_leakiest = serializers.BooleanField()


class BandOut(serializers.Serializer):
    """One team's part of the journey, and the seam after it."""

    function = serializers.CharField()
    label = serializers.CharField()
    steps = StepOut(many=True)
    seam = LineOut(source="line", allow_null=True)


class FunnelOut(serializers.Serializer):
    """First touch to renewal."""

    period = PeriodOut()
    cohort = serializers.ChoiceField(list(COHORTS))
    bands = BandOut(many=True)
    filters = serializers.SerializerMethodField()
    by = serializers.CharField(help_text="what it is split by, or blank")
    split = SplitOut(many=True)
    loss = LossOut(allow_null=True)
    counting = CountingOut(allow_null=True, help_text="Of steps and seams; null where they are of this moment.")
    failing = serializers.CharField(
        help_text="Why the steps cannot be counted with these filters; they say 0 then. Blank where they are."
    )
    seams_failing = serializers.CharField(help_text="The same of the seams.")

    @extend_schema_field(JourneysFilterOut(many=True))
    def get_filters(self, found: Funnel) -> list[dict[str, str]]:
        """What its journeys and the offers of its seams are narrowed by."""
        return [{"segment": segment, "value": value} for segment, value in found.filters]


class TravellerOut(serializers.Serializer):
    """A journey behind a step."""

    record = serializers.IntegerField(source="number")
    name = serializers.CharField()
    kind = serializers.CharField()
    stage = serializers.CharField(help_text="where it stands now")
    owner = serializers.CharField(help_text="whose it is now")
    day = serializers.DateField(help_text="on which it entered the step, or began")
    amount = decimal(allow_null=True, help_text="what it was worth when it came there")
    currency = serializers.CharField()


class StepRowsOut(serializers.Serializer):
    """The journeys behind a step, the newest first."""

    step = serializers.CharField(source="step.key")
    cohort = serializers.ChoiceField(list(COHORTS))
    total = serializers.IntegerField(source="count")
    rows = TravellerOut(many=True)


class ReasonOut(serializers.Serializer):
    """Why handoffs were rejected."""

    label = serializers.CharField()
    count = serializers.IntegerField()
    has_code = serializers.BooleanField()


class LateOut(serializers.Serializer):
    """An open handoff past its due time."""

    handoff = serializers.IntegerField(source="number")
    record = serializers.IntegerField(source="record_number")
    record_name = serializers.CharField()
    assignee = serializers.CharField()
    due_at = serializers.DateTimeField()


class SellerOut(serializers.Serializer):
    """How one person's promises of the period were kept. `late` are late and not decided yet, `kept_ratio` is what was
    kept in time, of all kept, broken or late."""

    name = serializers.CharField()
    made = serializers.IntegerField()
    open = serializers.IntegerField()
    late = serializers.IntegerField()
    kept = serializers.IntegerField()
    kept_late = serializers.IntegerField()
    broken = serializers.IntegerField()
    void = serializers.IntegerField(help_text="No longer wanted, or never made: in no rate.")
    friction = serializers.IntegerField(help_text="That led to friction with the customer.")
    lost = serializers.IntegerField(help_text="Over which the customer was lost.")
    kept_ratio = serializers.FloatField(allow_null=True)


class DelaysOfSeamOut(serializers.Serializer):
    """The median of each part of the time until the first touch, over the newest of those that were touched."""

    count = serializers.IntegerField(help_text="How many handoffs.")
    intake = serializers.FloatField(source="medians.intake", help_text="Minutes from the source until it came in.")
    offer = serializers.FloatField(source="medians.offer", help_text="Until it was qualified, routed and offered.")
    queue = serializers.FloatField(source="medians.queue", help_text="While nobody had it.")
    closed = serializers.FloatField(source="medians.closed", help_text="With a person, outside of working hours.")
    paused = serializers.FloatField(source="medians.paused", help_text="With a person, standing still.")
    working = serializers.FloatField(source="medians.working", help_text="With a person, in working time.")


class SeamOut(serializers.Serializer):
    """One seam in full."""

    period = PeriodOut()
    seam = LineOut()
    reasons = ReasonOut(many=True)
    breaches = LateOut(many=True, help_text="none for who sees figures only")
    metrics = serializers.ListField(child=serializers.CharField())
    promises = SellerOut(many=True)
    time_to_touch = DelaysOfSeamOut(allow_null=True, help_text="Of all that were offered in the period.")
