"""Kinds of metrics: each is one class, with one statement of *samples*: a row for each thing that counts, on its day.

Readings are sums of samples, live figures are sums of samples, and the rows behind a number are the samples themselves:
that is why they agree. Kinds of their own have a statement each in `scorecard/sql/kinds/`; measures share one, over any
of the `metric_sources`; segments and the metric's filter are joined on later,
alike for all kinds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from blueprint.schema import Blueprint, MetricTerms, SeamTerms, StageTerms
from core.sql import Fragment, SqlFile, load, load_all
from core.tenancy.scope import here
from scorecard.kinds.at_seam import AcceptanceRate, Acted, Attainment, FirstTouched, Leakage
from scorecard.kinds.closings import AverageDeal, Cycle, WinRate, WonAmount
from scorecard.kinds.entries import Conversion, Generated, Sourced
from scorecard.kinds.kind import MetricKind
from scorecard.kinds.made_of_metrics import Formula
from scorecard.kinds.measures import Counted, Elapsed, Proportion, Summed
from scorecard.kinds.open_deals import Aging, Velocity
from scorecard.kinds.since_last import SinceLast
from scorecard.kinds.source_costs import Cost
from scorecard.rules.days import Days
from scorecard.rules.standpoint import USUAL, Standpoint

STATEMENTS = load_all("scorecard", "kinds")
AS_KNOWN_ON = load("scorecard", "as_known_on")
RESTATED_SAMPLES = load("scorecard", "restated_samples")
FIRST_RESTATED = load("scorecard", "parts/first_restated")
WITHOUT_MONEY = load("scorecard", "without_money")
KINDS: Mapping[str, MetricKind] = {
    "conversion": Conversion(),
    "win_rate": WinRate(),
    "average_deal": AverageDeal(),
    "won_amount": WonAmount(),
    "cycle": Cycle(),
    "velocity": Velocity(),
    "aging": Aging(),
    "acceptance": AcceptanceRate(),
    "acted": Acted(),
    "attainment": Attainment(),
    "first_touch": FirstTouched(),
    "leakage": Leakage(),
    "sourced": Sourced(),
    "generated": Generated(),
    "cost": Cost(),
    "count": Counted(),
    "sum": Summed(),
    "share": Proportion(),
    "elapsed": Elapsed(),
    "since_last": SinceLast(),
    "formula": Formula(),
}


def kind_of(metric: MetricTerms) -> MetricKind:
    """The kind of a metric, as its parameters make it. Raises KeyError for an unknown one."""
    return KINDS[metric.kind].bound(metric)


@dataclass(frozen=True)
class RestatedSide:
    """Closings of some days that were changed after their periods had closed: as they were before they were first
    restated, or as they are since."""

    days: Days
    is_before: bool


@dataclass(frozen=True)
class Question:
    """Which metric, by which blueprint, on which days, seen at which instant."""

    metric: MetricTerms
    blueprint: Blueprint
    zone: ZoneInfo
    at: datetime
    days: Days = field(default_factory=Days.every)
    currency: str = ""
    """The workspace's own currency; figures are told in the blueprint's reporting currency, where it names one."""
    narrowed: tuple[tuple[str, str], ...] = ()
    """Segments with the value that samples must have of each."""
    standpoint: Standpoint = USUAL
    """From where the past is seen."""
    open_until: date | None = None
    """Only what came on the days and is open at the end of this day, without what came and went before."""
    restated: RestatedSide | None = None
    """Only what was restated, and on which side."""
    people: Callable[[], str] = str
    """Who sits where, as `scorecard.queries.seats` writes it; asked only where a segment needs it."""

    @cached_property
    def kind(self) -> MetricKind:
        """The metric's kind. Raises KeyError for an unknown one."""
        return kind_of(self.metric)

    @cached_property
    def parameters(self) -> Any:
        """The metric's parameters as its kind declares them. Raises ValidationError, KeyError for an unknown kind."""
        return self.kind.parameters.model_validate(self.metric.parameters)

    @property
    def pipeline_stages(self) -> tuple[StageTerms, ...]:
        return self.blueprint.pipeline(self.parameters.pipeline).stages

    @property
    def seam(self) -> SeamTerms:
        """The metric's seam. Raises KeyError."""
        return self.blueprint.seams_by_key[self.parameters.seam]

    @property
    def known_until(self) -> datetime | None:
        """The end of the day of whose knowledge it is told; None for all that is known."""
        day = self.standpoint.known_on
        return datetime.combine(day + timedelta(days=1), time.min, self.zone) if day else None

    @property
    def reporting_currency(self) -> str:
        """The currency its money is told in."""
        return self.blueprint.reporting.currency or self.currency

    def stages(self, path: str) -> list[UUID]:
        """`pipeline/stage` is one stage; `pipeline` alone is all of its stages."""
        if "/" in path:
            return [self.blueprint.stages_by_path[path].id]
        return [stage.id for stage in self.blueprint.pipeline(path).stages]

    def near(self, moment: str) -> str:
        """Where a statement has to look for the days."""
        return self.days.near(moment, self.zone)


def samples(question: Question) -> Fragment:
    """The samples of a metric on some days. Raises KeyError for a kind, stage or seam that does not exist."""
    places, values = question.kind.filled(question)
    everywhere = {"workspace": here(), "zone": str(question.zone), "at": question.at}
    everywhere |= {"own_currency": question.currency, "reporting_currency": question.reporting_currency}
    told = STATEMENTS[question.kind.statement or question.metric.kind].fill(**places).fragment(**everywhere, **values)
    if question.restated:
        told = _restated(told, question, question.restated)
    elif question.known_until:
        told = _as_known(told, question, "%(known)s")
    return told if question.kind.money else WITHOUT_MONEY.fill(samples=told).fragment()


def _as_known(told: Fragment, question: Question, known: str | SqlFile) -> Fragment:
    """Samples of stays without what was told later."""
    closed = [stage.id for stage in question.blueprint.stages_by_id.values() if stage.category in ("won", "lost")]
    filled = AS_KNOWN_ON.fill(samples=told, known=known)
    return filled.fragment(workspace=here(), known=question.known_until, closed_stages=closed)


def _restated(told: Fragment, question: Question, side: RestatedSide) -> Fragment:
    """Samples of restated closings, and what their records add to what is open."""
    by_opening = bool(question.kind.opening_stages(question))
    near = "true" if by_opening else side.days.near("t.closed_at", question.zone)
    if side.is_before:
        told = _as_known(told, question, FIRST_RESTATED.fill(restated_near=near))
    elif question.known_until:
        told = _as_known(told, question, "%(known)s")
    return RESTATED_SAMPLES.fill(samples=told, restated_near=near).fragment(
        workspace=here(),
        zone=str(question.zone),
        restated_stages=question.kind.closing_stages(question),
        by_opening=by_opening,
        told_until=question.known_until,
    )
