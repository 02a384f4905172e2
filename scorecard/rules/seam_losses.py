"""What a seam loses: whom it does not bring across, and what they would have been worth. No database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from blueprint.schema import Blueprint, SeamTerms, StageTerms
from blueprint.schema.vocabularies import Category, RecordKind
from scorecard.rules.funnel_cohorts import FunnelStep
from scorecard.rules.totals import ratio

LONGEST_TRIED = 1_000
BY_RECORDS, BY_MONEY = "records", "money"
RANKINGS = {BY_RECORDS: "By handoffs", BY_MONEY: "By money"}
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Worth:
    """What one record is worth that a seam brings across: `share` of them are won, at `deal` each on average."""

    goal: str
    """Where they are won, as a person says it."""
    share: Decimal
    deal: Decimal

    @property
    def each(self) -> Decimal:
        return self.of(1)

    def of(self, number: int) -> Decimal:
        """What so many are worth, rounded once."""
        return (self.share * self.deal * number).quantize(CENT)


def came_across(accepted: int, lost: int) -> Decimal | None:
    """Accepted, of all that was decided: accepted, rejected, or past due and unanswered."""
    return ratio(accepted, accepted + lost)


def leads_to(blueprint: Blueprint, seam: SeamTerms) -> StageTerms:
    """The stage that accepting brings a record to, or its next record; the trigger where it moves nothing."""
    trigger, then = blueprint.stages_by_path[seam.trigger], seam.on_accept
    if then.create:
        return blueprint.stages_by_path[then.create.path]
    if then.advance:
        return blueprint.pipeline(trigger.pipeline_key).stage(then.advance)
    return trigger


def goal_of(blueprint: Blueprint, seam: SeamTerms) -> StageTerms | None:
    """Where what crosses the seam is won: a deal that is won already; else the next win on its way, where a lead's is
    that of the deal it becomes. None where nothing is won any more."""
    trigger = blueprint.stages_by_path[seam.trigger]
    if trigger.category == Category.WON:
        return None if blueprint.pipeline(trigger.pipeline_key).record_kind == RecordKind.LEAD else trigger
    pipeline = blueprint.pipeline(leads_to(blueprint, seam).pipeline_key)
    if pipeline.record_kind == RecordKind.LEAD:
        made = next((stage.creates for stage in pipeline.stages if stage.creates), "")
        pipeline = blueprint.pipeline(blueprint.stages_by_path[made].pipeline_key) if made else pipeline
    return pipeline.first_of(Category.WON)


def worth_of_one(blueprint: Blueprint, seam: SeamTerms, steps: Sequence[FunnelStep], accepted: int) -> Worth | None:
    """What one that comes across is worth, by a year of the funnel's steps: how many were won of those that came to
    where accepting leads, or of the `accepted` where the funnel has no such step, and their average deal. None where
    nothing was won, or what is won has no money."""
    goal, came_to = goal_of(blueprint, seam), leads_to(blueprint, seam)
    won = next((step for step in steps if goal and goal.id in step.stage_ids), None)
    if goal is None or won is None or not won.count or not won.worth:
        return None
    came = won if goal.path == seam.trigger else next((step for step in steps if came_to.id in step.stage_ids), None)
    share = Decimal(won.count) / max(won.count, came.count if came else accepted)
    return Worth(goal.label, share, won.worth / won.count)
