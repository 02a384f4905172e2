"""The seams by what they lose, this quarter's target for one of them, and what each week did to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from blueprint.schema import SeamTerms
from core.errors import RuleSaysNo
from core.people.models import Member
from core.sql import Fragment, load
from scorecard.models import LeakEntry, SeamTarget
from scorecard.queries.boards import Board
from scorecard.queries.course import Course
from scorecard.queries.foldables import answers_at
from scorecard.queries.funnel_counts import counted
from scorecard.queries.readings import courses
from scorecard.queries.seam_lines import BEING_COUNTED, IS_OPEN, FunnelLine, SeamLines
from scorecard.queries.unfolded import Unfolded, unfolded
from scorecard.rules.counting import Counting, together
from scorecard.rules.days import Days
from scorecard.rules.periods import Period, start_of
from scorecard.rules.seam_losses import BY_MONEY, BY_RECORDS, Worth, came_across, worth_of_one

LATE_BY_DAY = load("scorecard", "late_by_day")
YEAR = timedelta(days=365)
BEFORE = timedelta(days=90)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Leak:
    """What one seam lost in the period. `worth` is None where nothing says what one is worth."""

    line: FunnelLine
    worth: Worth | None
    share: Decimal | None
    """Of all that was lost at the seams, in handoffs."""

    @property
    def ratio(self) -> Decimal | None:
        """Accepted, of what was decided."""
        return came_across(self.line.accepted, self.line.loss)

    @property
    def money(self) -> Decimal | None:
        return self.worth.of(self.line.loss) if self.worth else None


@dataclass(frozen=True)
class LeakWeek:
    """One week of the quarter: what was decided of its offers, and what was tried."""

    first: date
    accepted: int
    lost: int
    before: Decimal | None
    """What came across in the week before that had anything to tell."""
    tried: tuple[LeakEntry, ...]

    @property
    def ratio(self) -> Decimal | None:
        return came_across(self.accepted, self.lost)

    @property
    def change(self) -> Decimal | None:
        return None if self.ratio is None or self.before is None else self.ratio - self.before


@dataclass(frozen=True)
class QuarterTarget:
    """The target of a quarter and how far it has come. `label` is the seam's; `weeks` the newest first. `is_gone`: the
    blueprint has no such seam any more; another may be set."""

    target: SeamTarget
    label: str
    is_gone: bool
    ratio: Decimal | None
    weeks: tuple[LeakWeek, ...]

    @property
    def is_met(self) -> bool:
        return self.ratio is not None and self.ratio >= self.target.target_ratio


@dataclass(frozen=True)
class Leaks:
    """Every seam, the one that lost most first. `failing` says why nothing is counted, where it is not."""

    period: Period
    by: str
    leaks: tuple[Leak, ...]
    quarter: Period
    target: QuarterTarget | None
    counting: Counting | None = None
    failing: str = ""


def leaks_of(board: Board, period: Period, by: str = BY_RECORDS) -> Leaks:
    """The ranking by what was lost in the period, and this quarter's target. Some fifteen queries, all of sums by day
    but for what is open and late."""
    tail = unfolded(board)
    year = Period(period.last - YEAR + DAY, period.last)
    steps, counting = counted(board, year, tail)
    lines, of_year = SeamLines(board, period, tail), SeamLines(board, year, tail)
    accepted = {line.seam.key: line.accepted for line in of_year.all()}
    found = lines.all()
    lost = sum(line.loss for line in found)
    leaks = [
        Leak(
            line,
            None if of_year.failing else worth_of_one(board.blueprint, line.seam, steps, accepted[line.seam.key]),
            Decimal(line.loss) / lost if lost else None,
        )
        for line in found
    ]
    leaks.sort(key=lambda leak: ((leak.money or 0) if by == BY_MONEY else leak.line.loss, leak.line.loss), reverse=True)
    quarter = quarter_of(board)
    target = _target(board, quarter, lines, tail)
    noted = [board.counting.get(answers_at(board, seam).key) for seam in board.blueprint.seams]
    waits = together(each for each in (counting, *noted) if each)
    return Leaks(period, by, tuple(leaks), quarter, target, waits, lines.failing)


def quarter_of(board: Board) -> Period:
    """This quarter until today."""
    return Period(start_of(board.today, "quarter"), board.today, "quarter")


def weeks_of(quarter: Period) -> list[date]:
    """The Mondays of the weeks of a quarter that have begun, the newest first."""
    return [start_of(week.first, "week") for week in quarter.buckets("week")][::-1]


def came_across_before(board: Board, seam_key: str) -> Decimal | None:
    """What came across a seam in the ninety days before today. Five queries. Raises RuleSaysNo while these days are
    being counted: a target would be held against a figure that was never true."""
    lines = SeamLines(board, Period(board.today - BEFORE, board.today - DAY))
    if lines.failing or lines.counting:
        raise RuleSaysNo(BEING_COUNTED, code="being_counted", field="seam")
    line = next(each for each in lines.all() if each.seam.key == seam_key)
    return came_across(line.accepted, line.loss)


def _target(board: Board, quarter: Period, lines: SeamLines, tail: Unfolded) -> QuarterTarget | None:
    """The target of the quarter with its weeks; None where none was set. Four queries at most."""
    target = SeamTarget.objects.select_related("owner", "set_by").filter(quarter=quarter.first).first()
    if target is None:
        return None
    seam = board.blueprint.seams_by_key.get(target.seam)
    course, late = _figures(board, seam, quarter, lines, tail) if seam else (None, {})
    weeks = list(_weeks(target, quarter, course, late))
    whole = came_across(sum(week.accepted for week in weeks), sum(week.lost for week in weeks))
    label = seam.label if seam else target.seam.replace("_", " ").capitalize()
    return QuarterTarget(target, label, seam is None, whole, tuple(reversed(weeks)))


def _figures(
    board: Board, seam: SeamTerms, quarter: Period, lines: SeamLines, tail: Unfolded
) -> tuple[Course | None, dict[date, int]]:
    """The course of a seam's answers in the quarter, and how many are late of each day's offers."""
    metric = answers_at(board, seam)
    course = courses(board, [metric], quarter.first, quarter.last, tail=tail).get(metric.key, {}).get("")
    is_told = metric.key not in board.failing and not board.is_uncounted(metric.key)  # what is late is no figure alone
    days = Days.between(quarter.first, quarter.last) if is_told else Days(())
    values = {"seam": seam.id, "at": board.at}
    is_late = f"{IS_OPEN} and h.seam_id = %(seam)s and h.due_at <= %(at)s and {days.near('h.offered_at', board.zone)}"
    return course, dict(lines.filled(LATE_BY_DAY, Fragment(is_late, values), days=Fragment(*days.on("x.day"))).rows())


def _weeks(target: SeamTarget, quarter: Period, course: Course | None, late: Mapping[date, int]) -> Iterator[LeakWeek]:
    log: dict[date, list[LeakEntry]] = defaultdict(list)
    for entry in LeakEntry.objects.filter(of=target).select_related("by").order_by("at", "id"):
        log[entry.week].append(entry)
    before = None
    for week in quarter.buckets("week"):
        figure = course.figure(week) if course else None
        accepted, answered = (int(figure.numerator), int(figure.denominator)) if figure else (0, 0)
        lost = answered - accepted + sum(number for day, number in late.items() if week.first <= day <= week.last)
        monday = start_of(week.first, "week")
        found = LeakWeek(monday, accepted, lost, before, tuple(log[monday]))
        yield found
        before = before if found.ratio is None else found.ratio


def people_to_own() -> list[Member]:
    """Who may see to a target. One query."""
    return list(Member.objects.filter(is_active=True, kind=Member.Kind.PERSON).exclude(role="viewer").order_by("name"))
