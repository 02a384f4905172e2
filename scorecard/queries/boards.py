"""What a workspace measures, by the blueprint in force, seen at one instant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from blueprint.documents import blueprint_of, per_version
from blueprint.expressions.criteria import compile_line
from blueprint.expressions.source import BadExpression
from blueprint.models import BlueprintVersion
from blueprint.schema import Blueprint, MetricTerms, SeamTerms
from core.errors import BadInput, NotFound, RuleSaysNo
from core.people.models import Member, Workspace
from core.sql import load
from scorecard import sets
from scorecard.kinds import Question, kind_of
from scorecard.kinds.faults import faults_of
from scorecard.queries.seats import places
from scorecard.rules.counting import Counting
from scorecard.rules.days import Days
from scorecard.rules.periods import CHOICES, Period, period
from scorecard.rules.standpoint import USUAL, WAS, Standpoint

NOT_KNOWN = "What was known on a day can be told of stays in stages only: of entries, closings and what is open."
EARLIEST = load("scorecard", "earliest")
SEGMENT_VALUES = load("scorecard", "segment_values")


@dataclass(frozen=True)
class Board:
    """A workspace's metrics and the definitions they are counted by."""

    workspace: Workspace
    at: datetime
    blueprint: Blueprint
    faults: Mapping[str, str]
    """Metric key → why it cannot be counted as it is defined; a version in force may hold what checks refuse today."""
    standpoint: Standpoint = USUAL
    """From where its figures see the past."""

    filters: tuple[tuple[str, str], ...] = ()
    """Segments with the value that everything on the board must have of each."""

    def narrowed(self, *filters: tuple[str, str]) -> Board:
        """The same board, of only those that have these values as well."""
        return replace(self, filters=(*self.filters, *filters)) if filters else self

    def valued(self, segment: str, value: str) -> Board:
        """The same board, of only those that have the value of the segment; a segment without a value is the whole."""
        return self.narrowed((segment, value)) if segment and value else self

    @cached_property
    def zone(self) -> ZoneInfo:
        """The workspace's time zone: days are its days."""
        return ZoneInfo(self.workspace.time_zone)

    @property
    def currency(self) -> str:
        """The currency money is told in."""
        return self.blueprint.reporting.currency or self.workspace.currency

    @property
    def today(self) -> date:
        return self.day(self.at)

    def day(self, moment: datetime) -> date:
        """The day an instant falls on there."""
        return moment.astimezone(self.zone).date()

    def metric(self, key: str) -> MetricTerms:
        """By key. Raises NotFound, and BadInput for one that was defined after the day it is to be known on."""
        if key in self.blueprint.metrics_by_key:
            return self.blueprint.metrics_by_key[key]
        if self.standpoint.known_on:
            in_force = blueprint_of(Workspace.objects.get(pk=self.workspace.pk)).metrics_by_key
            if key in in_force:
                detail = f"{in_force[key].label} was not defined yet on that day. Choose a later one."
                raise BadInput(detail, code="not_defined_then", field="known_on")
        raise NotFound()

    @cached_property
    def failing(self) -> dict[str, str]:
        """Metric key → why it cannot be counted: as it is defined, or because counting it raised here."""
        found = dict(self.faults)
        for metric in self.blueprint.metrics:
            if metric.filter and metric.key not in found:
                try:
                    compile_line(self.blueprint.catalogue, metric.filter)
                except BadExpression as bad:
                    found[metric.key] = f"metrics/{metric.key}/filter: {bad.message}"
            if self.standpoint.known_on and metric.key not in found and not kind_of(metric).tells_known:
                found[metric.key] = NOT_KNOWN
        return found

    @cached_property
    def counting(self) -> dict[str, Counting]:
        """Metric key → how far the counting of its figures is, where they were asked and cannot be counted now."""
        return {}

    def is_uncounted(self, key: str) -> bool:
        """Whether days that were asked of a metric were never counted, so that it has no figure yet."""
        return key in self.counting and self.counting[key].as_of is None

    @property
    def measurable(self) -> tuple[MetricTerms, ...]:
        """The metrics that can be counted, in their order."""
        return tuple(metric for metric in self.blueprint.metrics if metric.key not in self.failing)

    def check_countable(self, metric: MetricTerms) -> None:
        """Refuse to open a metric that cannot be counted. Raises RuleSaysNo."""
        if why := self.failing.get(metric.key):
            detail = f"{metric.label} cannot be counted. {why}"
            raise RuleSaysNo(detail, code="metric_failing", field="key", facts={"metric": metric.key, "failing": why})

    def question(self, metric: MetricTerms, days: Days | None = None) -> Question:
        days = Days.every() if days is None else days
        return Question(
            metric,
            self.blueprint,
            self.zone,
            self.at,
            days,
            currency=self.workspace.currency,
            narrowed=self.filters,
            standpoint=self.standpoint,
            people=lambda: self.people,
        )

    @cached_property
    def people(self) -> str:
        """Who sits and sat where, read once for all figures of the board. Two queries."""
        return places(self.zone if self.standpoint.reading == WAS else None)

    def segments(self, metric: MetricTerms) -> tuple[str, ...]:
        """What a metric can be read by, beside the whole."""
        return sets.segments_of(self.question(metric))

    def segment_label(self, segment: str) -> str:
        """A segment as a person says it."""
        known = self.blueprint.properties_by_key
        return known[segment].label if segment in known and segment not in sets.SEGMENTS else segment.capitalize()

    def check_segment(self, metric: MetricTerms, segment: str) -> None:
        """Refuse a segment the metric is not read by, and filters by one. Raises BadInput."""
        offered = list(self.segments(metric))
        for each in (*(filtered for filtered, _ in self.filters), segment):
            if each and each not in offered:
                raise BadInput(f"{metric.label} is not read by {each}.", field="segment", facts={"segments": offered})

    @property
    def all_segments(self) -> dict[str, str]:
        """Every segment that some metric is read by, with its label."""
        found = dict.fromkeys(segment for metric in self.measurable for segment in self.segments(metric))
        return {segment: self.segment_label(segment) for segment in found}

    def check_filters(self, filters: Iterable[tuple[str, str]]) -> None:
        """Refuse a filter by a segment that no metric is read by. Raises BadInput."""
        for segment, _ in filters:
            if segment not in (offered := self.all_segments):
                raise BadInput(f"No metric is read by {segment}.", field="segment", facts={"segments": list(offered)})

    def segment_values(self, segment: str, period: Period) -> list[str]:
        """The values it had in the period, as readings know them. One query."""
        rows = SEGMENT_VALUES.rows(segment=segment, first_day=period.first, last_day=period.last)
        return [value for (value,) in rows]

    def is_read_by(self, metric: MetricTerms, segment: str) -> bool:
        """Whether a metric can be read by a segment and by all filters of the board."""
        return {*(filtered for filtered, _ in self.filters), segment} - {""} <= set(self.segments(metric))

    def period(self, choice: str = "90d", first: date | None = None, last: date | None = None) -> Period:
        """The days a choice means here today; `all` costs one query. Raises BadInput."""
        if choice not in CHOICES:
            raise BadInput("There is no such period.", field="period", facts={"periods": list(CHOICES)})
        if choice == "custom" and not (first and last and first <= last):
            raise BadInput("Give a first and a last day, in this order.", field="from")
        return period(choice, self.today, first=first, last=last, earliest=self.earliest() if choice == "all" else None)

    def earliest(self) -> date | None:
        """The first day with anything to tell. One query."""
        [(first,)] = EARLIEST.rows(stages=list(self.blueprint.stages_by_id), seams=list(self.blueprint.seams_by_id))
        return self.day(first) if first else None


@per_version
def faults_in_force(workspace_id: UUID, document: dict[str, Any]) -> Mapping[str, str]:
    """Metric key → why it cannot be counted."""
    blueprint = Blueprint.of(workspace_id, document)
    faults = {each.key: faults_of(each, blueprint) for each in blueprint.metrics}
    return {key: " ".join(map(str, found)) for key, found in faults.items() if found}


def board_of(workspace: Workspace, at: datetime) -> Board:
    """The board of the version in force. No query when the version is known to this process."""
    return Board(workspace, at, blueprint_of(workspace), faults_in_force(workspace))


def seen_from(board: Board, standpoint: Standpoint) -> Board:
    """The board from another standpoint. As known on a day, it is that of the end of the day, by the version in
    force then. One query, for a day. Raises BadInput."""
    day = standpoint.known_on
    if day is None:
        return replace(board, standpoint=standpoint)
    if day > board.today:
        raise BadInput("Nobody knows yet what will be known then.", field="known_on")
    end = datetime.combine(day + timedelta(days=1), time.min, board.zone)
    published = BlueprintVersion.objects.order_by("number").filter(number__lte=board.workspace.blueprint_version)
    then = published.filter(published_at__lt=end).last() or published.first()
    workspace = copy(board.workspace)
    workspace.blueprint_version = then.number if then else workspace.blueprint_version
    return replace(board_of(workspace, min(board.at, end - timedelta(microseconds=1))), standpoint=standpoint)


def owners_of(items: Iterable[MetricTerms | SeamTerms]) -> dict[str, str]:
    """E-mail → name of the active members who own one of them. One query."""
    emails = {item.owner for item in items if item.owner}
    found = Member.objects.filter(email__in=emails, is_active=True).values_list("email", "name")
    return {email: name or email for email, name in found}
