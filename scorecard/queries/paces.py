"""Targets by month, quarter and team, each with its pace."""

from __future__ import annotations

from dataclasses import replace

from blueprint.schema import MetricTerms
from blueprint.schema.metrics import TargetTerms
from core.people.models import Team
from scorecard.kinds import kind_of
from scorecard.queries.boards import Board
from scorecard.queries.course import Courses
from scorecard.queries.formula_courses import empty
from scorecard.queries.readings import courses
from scorecard.rules.pacing import Pace, in_force, pace
from scorecard.rules.periods import Period


def paces_of(board: Board, metrics: list[MetricTerms], *, whole_only: bool = False) -> dict[str, tuple[Pace, ...]]:
    """Metric key → its targets where they stand today. No query where nothing has a target; else those of one reading
    of the whole and, where a team has a target, one by team."""
    wanted = {
        metric.key: [each for each in in_force(metric.targets, board.today) if not (whole_only and each[0].team)]
        for metric in metrics
        if metric.key not in board.failing and not board.is_uncounted(metric.key)
    }
    wanted = {key: held for key, held in wanted.items() if held}
    if not wanted:
        return {}
    asked = [metric for metric in metrics if metric.key in wanted]
    first = min(period.first for held in wanted.values() for _, period in held)
    whole = courses(board, asked, first, board.today)
    with_team = [metric for metric in asked if any(terms.team for terms, _ in wanted[metric.key])]
    by_team = courses(board, with_team, first, board.today, segment="team") if with_team else {}
    names = dict(Team.objects.values_list("key", "name")) if with_team else {}
    return {
        metric.key: tuple(
            _pace_of(board, metric, held, by_team if held[0].team else whole, names) for held in wanted[metric.key]
        )
        for metric in asked
    }


def _pace_of(
    board: Board, metric: MetricTerms, held: tuple[TargetTerms, Period], found: Courses, names: dict[str, str]
) -> Pace:
    """Where one target stands."""
    terms, period = held
    team = names.get(terms.team, terms.team)
    course = found[metric.key].get(team) or empty(board, metric.key)
    value = course.figure(period.up_to(board.today)).value
    adds_up = kind_of(metric).adds_up()
    return replace(pace(terms, period, board.today, value, adds_up=adds_up, direction=metric.direction), team=team)
