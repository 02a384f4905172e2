"""Making, changing and dropping a board of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from core.errors import BadInput, NotPermitted
from core.history.actions import record
from core.people.models import Member
from core.people.permissions import permit
from core.tenancy.numbers import take_numbers
from scorecard.models import MetricBoard
from scorecard.queries.boards import Board
from scorecard.rules.board_choices import MOST_FILTERS, MOST_METRICS


@transaction.atomic
def make_board(board: Board, *, by: Member, at: datetime, **asked: Any) -> MetricBoard:
    """Keep a new board of `by`. Raises BadInput naming the field."""
    permit(by, "board.write")
    _check(board, asked)
    [number] = take_numbers("metricboard")
    made = MetricBoard.objects.create(number=number, owner=by, changed_at=at, **asked)
    record("board.made", made, at=at, actor=by, facts=_facts(made))
    return made


@transaction.atomic
def change_board(own: MetricBoard, board: Board, *, by: Member, at: datetime, **asked: Any) -> MetricBoard:
    """Change what it shows. Only its owner may. Raises BadInput naming the field."""
    own = _owned(own, by)
    _check(board, asked)
    for name, value in asked.items():
        setattr(own, name, value)
    own.changed_at = at
    own.save()
    record("board.changed", own, at=at, actor=by, facts=_facts(own))
    return own


@transaction.atomic
def drop_board(own: MetricBoard, *, by: Member, at: datetime) -> None:
    """Take it away. Only its owner may."""
    own = _owned(own, by)
    record("board.dropped", own, at=at, actor=by, facts=_facts(own))
    own.delete()


def _owned(own: MetricBoard, by: Member) -> MetricBoard:
    permit(by, "board.write")
    found: MetricBoard = MetricBoard.objects.select_for_update().one(pk=own.pk)
    if found.owner_id != by.pk:
        raise NotPermitted("Only who made a board may change it.", facts={"board": found.number})
    return found


def _check(board: Board, asked: dict[str, Any]) -> None:
    """Every metric is of the registry, and the segment is one that some of them are read by."""
    keys: Sequence[str] = asked["metrics"]
    known = board.blueprint.metrics_by_key
    if unknown := [key for key in keys if key not in known]:
        raise BadInput(f"There is no metric “{unknown[0]}”.", field="metrics", facts={"metrics": list(known)})
    if not 1 <= len(keys) <= MOST_METRICS or len(set(keys)) < len(keys):
        raise BadInput(f"A board holds 1 to {MOST_METRICS} metrics, each once.", field="metrics")
    segment = asked["segment"]
    if segment and not any(segment in board.segments(known[key]) for key in keys):
        raise BadInput(f"None of these metrics is read by {segment}.", field="segment")
    if asked["value"] and not segment:
        raise BadInput("Choose the segment whose value this is.", field="segment")
    _check_filters(board, asked, keys)


def _check_filters(board: Board, asked: dict[str, Any], keys: Sequence[str]) -> None:
    """At most three filters with the segment's value, each by another segment that some of the metrics are read by."""
    named = [each["segment"] for each in asked["filters"]] + ([asked["segment"]] if asked["value"] else [])
    if len(named) > MOST_FILTERS or len(set(named)) < len(named):
        raise BadInput(f"A board has at most {MOST_FILTERS} filters, each by another segment.", field="filters")
    offered = {segment for key in keys for segment in board.segments(board.metric(key))}
    if unknown := [segment for segment in named if segment not in offered]:
        raise BadInput(f"None of these metrics is read by {unknown[0]}.", field="filters")


def _facts(own: MetricBoard) -> dict[str, Any]:
    return {"number": own.number, "name": own.name, "metrics": own.metrics, "is_shared": own.is_shared}
