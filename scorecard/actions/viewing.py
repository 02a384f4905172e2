"""Noting who opened the shared scorecard: whether both sides look at the same numbers (R66)."""

from datetime import datetime

from core.people.models import Member
from core.sql import load
from scorecard.queries.boards import Board

NOTE_VIEW = load("scorecard", "note_view")


def note_view(board: Board, member: Member, at: datetime) -> None:
    """Count one look of this member today; none while another of theirs is being counted. One statement."""
    NOTE_VIEW.run(member=member.pk, day=board.day(at))
