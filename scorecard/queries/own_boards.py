"""Boards of one's own: which a member may open, and their figures."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from core.people.models import Member
from scorecard.models import MetricBoard
from scorecard.queries.boards import Board
from scorecard.queries.headline import Scorecard, scorecard
from scorecard.rules.comparisons import comparison


@dataclass(frozen=True)
class BoardFigures:
    """The figures of a board, in its order, and what of it has none: metrics that are gone, or not read by its
    segment."""

    own: MetricBoard
    found: Scorecard
    missing: tuple[str, ...]


def boards_for(member: Member) -> QuerySet[MetricBoard]:
    """Their own boards and those that are shared, their own first."""
    seen = MetricBoard.objects.filter(Q(owner=member) | Q(is_shared=True)).select_related("owner")
    return seen.order_by("number")


def own_board(member: Member, number: int) -> MetricBoard:
    """One of them. Raises NotFound for any other."""
    found: MetricBoard = boards_for(member).one(number=number)  # type: ignore[attr-defined] # our queryset
    return found


def board_figures(board: Board, own: MetricBoard) -> BoardFigures:
    """The same figures as on the scorecard."""
    period = board.period(own.period)
    asked = {"segment": own.segment, "value": own.value, "keys": own.metrics}
    found = scorecard(board.narrowed(*own.narrowed), period, compared=comparison(period, own.compare), **asked)
    shown = {card.metric.key for card in found.cards}
    labels = board.blueprint.metrics_by_key
    missing = tuple(labels[key].label if key in labels else key for key in own.metrics if key not in shown)
    return BoardFigures(own, found, missing)
