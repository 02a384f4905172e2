"""What a mail of a board says, pinned as text, and reading it again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from core.figures import shown
from core.people.models import Member
from scorecard.kinds import kind_of
from scorecard.models import BoardMail, BoardMailing, MetricBoard
from scorecard.queries.boards import Board
from scorecard.queries.cards import MetricCard
from scorecard.queries.own_boards import board_figures
from scorecard.rules import wording

NEWEST = 12


def told_of(board: Board, own: MetricBoard) -> dict[str, Any]:
    """The figures of a board as they are now, in words: what is mailed, and what is shown when it is opened again."""
    told = board_figures(board, own)
    period, before = told.found.period, told.found.compared
    narrowed = [*([(own.segment, own.value)] if own.value else []), *own.narrowed]
    return {
        "name": own.name,
        "period": period.label,
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "days": f"{period.first:%-d %b %Y} – {period.last:%-d %b %Y}",
        "compared": before.label,
        "segment": "; ".join(f"{board.segment_label(segment)}: {value}" for segment, value in narrowed),
        "version": board.workspace.blueprint_version,
        "missing": list(told.missing),
        "lines": [_line(card, board.currency) for card in told.found.cards],
    }


def _line(card: MetricCard, currency: str) -> dict[str, Any]:
    metric, unit = card.metric, card.metric.unit
    is_told = not card.failing and not card.is_uncounted
    return {
        "metric": metric.key,
        "label": metric.label,
        "exact": None if card.figure.value is None else f"{card.figure.value:f}",
        "value": shown(card.figure.value, unit, currency),
        "made_of": kind_of(metric).made_of(metric, card.figure, currency) if is_told else "Could not be counted",
        "band": card.band,
        "target": wording.target(metric, currency),
        "before": shown(card.before.value, unit, currency) if card.before else "",
        "moved": wording.moved(card.delta, unit),
        "is_small_sample": card.is_small_sample,
        "restated": _restated(card, currency),
    }


def _restated(card: MetricCard, currency: str) -> str:
    """What was restated of its closings; blank where nothing was."""
    if card.restated is None:
        return ""
    plural = "" if card.restated.count == 1 else "s"
    money = f", {wording.effect(card.restated.money, 'money', currency)}" if card.restated.money else ""
    return f"{card.restated.count} restatement{plural}{money}"


def mailing_of(own: MetricBoard, member: Member) -> str:
    """How often they get it; blank where they do not."""
    return BoardMailing.objects.filter(board=own, member=member).values_list("every", flat=True).first() or ""


def mails_of(own: MetricBoard, member: Member) -> list[BoardMail]:
    """The newest mails of a board that they got."""
    return list(BoardMail.objects.filter(member=member, board_number=own.number).order_by("-made_at")[:NEWEST])


def mail_of(member: Member, mail_id: UUID) -> BoardMail:
    """A mail that they got. Raises NotFound for any other."""
    found: BoardMail = BoardMail.objects.one(pk=mail_id, member=member)
    return found
