"""Why a figure moved against the days it is compared with: definition, mix, behaviour, restatement, unripe samples."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time
from decimal import Decimal
from fractions import Fraction

from blueprint.documents import document
from blueprint.models import BlueprintVersion
from blueprint.schema import Blueprint, MetricTerms
from scorecard import sets
from scorecard.kinds import kind_of
from scorecard.queries.boards import Board
from scorecard.queries.cards import Reach, pair_of
from scorecard.queries.course import Course
from scorecard.queries.former import former_definitions
from scorecard.queries.formula_courses import empty
from scorecard.queries.readings import courses, unfolded
from scorecard.queries.restated import closes, restated_of
from scorecard.queries.restated_effect import TooManyRestated, restated_effect
from scorecard.rules.comparisons import Comparison
from scorecard.rules.decomposition import Contribution, Counted, contributions, rounded
from scorecard.rules.periods import DAY, Period
from scorecard.rules.totals import Figure, ratio

LABELS = {
    "definition": "Definition",
    "mix": "Mix",
    "behaviour": "Behaviour",
    "restatement": "Restatement",
    "unripe": "Not ripe yet",
}


@dataclass(frozen=True)
class Cause:
    """One of the five parts of a change. `note` says what it is here, or why there is none."""

    key: str
    effect: Decimal
    note: str

    @property
    def label(self) -> str:
        return LABELS[self.key]


@dataclass(frozen=True, kw_only=True)
class WhyMoved:
    """A change and its causes, which sum to it. `before` is what the figure was by the definition of its own time. No
    change is explained where one of the two has no value."""

    metric: MetricTerms
    period: Period
    compared: Comparison
    by: str
    now: Decimal | None
    before: Decimal | None
    change: Decimal | None = None
    causes: tuple[Cause, ...] = ()
    parts: tuple[Contribution, ...] = ()


@dataclass(frozen=True)
class _Side:
    """One of the two periods: its figure, and its figure of the days that are ripe."""

    shown: Figure
    ripe: Figure
    ripe_days: Period | None
    restated: Fraction | None
    """What was restated of the ripe days since their periods closed; None where that is too much to count."""

    @property
    def effect(self) -> Fraction:
        """What the unripe days did to the value."""
        if self.shown.value is None or self.ripe.value is None:
            return Fraction(0)
        return Fraction(self.shown.value) - Fraction(self.ripe.value)


def why_moved(board: Board, metric: MetricTerms, reach: Reach, *, segment: str, value: str, by: str) -> WhyMoved:
    """Raises BadInput for a segment the metric is not read by, RuleSaysNo for a metric that cannot be counted."""
    board.check_countable(metric)
    for each in (segment, by):
        board.check_segment(metric, each)
    compared = reach.compared.period
    found = WhyMoved(metric=metric, period=reach.period, compared=reach.compared, by=by, now=None, before=None)
    if compared is None:
        return found
    pair = pair_of(board, [metric], reach, segment=segment, value=value, tail=unfolded(board))
    if board.is_uncounted(metric.key):
        return found
    now, before = (
        _side(board, metric, each[metric.key].get(value), days, segment, value)
        for each, days in ((pair.now, reach.period), (pair.before, compared))
    )
    then, version = _by_its_own_definition(board, metric, compared, segment, value, before.shown)
    found = replace(found, now=now.shown.value, before=then)
    if found.now is None or found.before is None or before.shown.value is None:
        return found
    change = found.now - found.before
    mixed, parts = _mix(board, metric, (before, now), by) if by and not value else (None, ())
    settled = Fraction(before.shown.value) - before.effect
    moved = Fraction(0) if now.ripe.value is None else Fraction(now.ripe.value) - settled
    told = {
        "definition": Fraction(before.shown.value) - Fraction(found.before),
        "mix": mixed or Fraction(0),
        "behaviour": moved - _restated_part(now, before) - (mixed or Fraction(0)),
        "restatement": _restated_part(now, before),
        "unripe": Fraction(found.now) - moved - Fraction(before.shown.value),
    }
    notes = _notes(board, metric, by, is_mixed=mixed is not None, version=version, is_unripe=bool(told["unripe"]))
    notes["restatement"] = _restated(board.valued(segment, value), metric, (reach.period, compared), (now, before))
    causes = tuple(Cause(key, effect, notes[key]) for key, effect in rounded(told, change).items())
    return replace(found, change=change, causes=causes, parts=parts)


def _side(board: Board, metric: MetricTerms, course: Course | None, days: Period, segment: str, value: str) -> _Side:
    course = course or empty(board, metric.key)
    shown = course.figure(days)
    wait = kind_of(metric).ripe_after(board.question(metric), shown)
    last = min(days.last, board.day(board.at - wait) - DAY) if wait else days.last
    if last < days.first:
        return _Side(shown, replace(shown, value=None), None, Fraction(0))
    ripe_days = Period(days.first, last)
    try:
        restated = restated_effect(board, metric, course, ripe_days, segment=segment, value=value)
    except TooManyRestated:
        restated = None
    return _Side(shown, course.figure(ripe_days), ripe_days, restated)


def _restated_part(now: _Side, before: _Side) -> Fraction:
    """What restatements did to the change of what is ripe; nought where they cannot be told on both sides."""
    if now.ripe.value is None or now.restated is None or before.restated is None:
        return Fraction(0)
    return now.restated - before.restated


def _by_its_own_definition(
    board: Board, metric: MetricTerms, days: Period, segment: str, value: str, shown: Figure
) -> tuple[Decimal | None, int | None]:
    """What the figure of the days was by the version in force at their end, and that version's number where it defined
    the metric otherwise."""
    end = datetime.combine(days.last + DAY, time(), board.zone)
    published = BlueprintVersion.objects.filter(published_at__lt=end).order_by("-number")
    number = published.values_list("number", flat=True).first()
    if number is None or number == board.workspace.blueprint_version:
        return shown.value, None
    kept = former_definitions(board, metric, days, days.step, segment=segment, value=value)
    if held := [each for each in kept if each.superseded_on > days.last and each.definition_version <= number]:
        was = max(reversed(held), key=lambda each: each.definition_version)
        return was.figure.value, was.definition_version
    then = Blueprint.of(board.workspace.pk, document(board.workspace.pk, number))
    old = then.metrics_by_key.get(metric.key)
    former = replace(board, blueprint=then, faults={})
    if old is None or metric.kind == "formula" or old.kind == "formula":
        return shown.value, None
    if sets.definition(former.question(old)) == sets.definition(board.question(metric)):
        return shown.value, None
    found = courses(former, [old], days.first, days.last, segment=segment, value=value)
    if old.key in former.failing or old.key in former.counting:
        return shown.value, None
    course = found[old.key].get(value) or empty(former, old.key)
    return course.figure(days).value, number


def _mix(
    board: Board, metric: MetricTerms, sides: tuple[_Side, _Side], by: str
) -> tuple[Fraction | None, tuple[Contribution, ...]]:
    """How much other proportions did, and what each value of the segment did; None where the value is no quotient of
    sums, so that proportions say nothing."""
    counted = []
    for side in sides:
        if side.ripe_days is None or side.ripe.value is None or not _is_quotient(side.ripe):
            return None, ()
        found = courses(board, [metric], side.ripe_days.first, side.ripe_days.last, segment=by)[metric.key]
        counted.append(_counted(found, side.ripe_days))
        whole = [sum((part[place] for part in counted[-1].values()), Fraction(0)) for place in (0, 1)]
        if whole != [Fraction(side.ripe.numerator), Fraction(side.ripe.denominator)]:
            return None, ()
    parts = contributions(*counted)
    return sum((part.mix for part in parts), Fraction(0)), parts


def _is_quotient(figure: Figure) -> bool:
    return bool(figure.denominator) and figure.value == ratio(figure.numerator, figure.denominator)


def _counted(found: Mapping[str, Course], days: Period) -> dict[str, Counted]:
    figures = ((name, course.figure(days)) for name, course in found.items())
    return {
        name: (Fraction(figure.numerator), Fraction(figure.denominator))
        for name, figure in figures
        if figure.numerator or figure.denominator
    }


def _restated(board: Board, metric: MetricTerms, periods: Iterable[Period], sides: Iterable[_Side]) -> str:
    """What was restated here, or why that is nothing."""
    if not closes(board):
        return "Periods never close here."
    if any(side.restated is None for side in sides):
        return "So many closings were changed after their periods had closed that this is part of behaviour here."
    if any(side.restated for side in sides):
        return "What was changed of closings after their periods had closed."
    if not any(restated_of(board, [metric], days) for days in periods):
        return "No closing of a closed period was changed."
    return "What was changed of closings after their periods had closed did not move it."


def _notes(
    board: Board, metric: MetricTerms, by: str, *, is_mixed: bool, version: int | None, is_unripe: bool
) -> dict[str, str]:
    """What each part is here, or why it is nothing."""
    segment = board.segment_label(by).lower() if by else "any segment"
    anew = f"Version {metric.definition_version} defined it anew; the days before are counted by version {version}."
    return {
        "definition": anew if version else "Both are counted by the same definition.",
        "mix": f"Other proportions by {segment}." if is_mixed else "It is no share of parts to be mixed otherwise.",
        "behaviour": f"Other results within each {segment}." if is_mixed else "Everything that no other part explains.",
        "unripe": "Samples that may still turn out otherwise." if is_unripe else "Nothing here can change by waiting.",
    }
