"""Noting who opened the shared scorecard: whether both sides look at the same numbers (R66)."""

from datetime import datetime

from django.db import connection

from core.people.models import Member
from scorecard.queries.boards import Board

SEEN = """
insert into scorecard_scorecardview (workspace_id, member_id, day, views) values (%s, %s, %s, 1)
on conflict (workspace_id, member_id, day) do update set views = scorecard_scorecardview.views + 1
"""


def note_view(board: Board, member: Member, at: datetime) -> None:
    """Count one look of this member today. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(SEEN, [board.workspace.pk, member.pk, board.day(at)])
