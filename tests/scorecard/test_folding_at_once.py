"""Two folds of one workspace, or two looks of one member, at once: the second waits for nobody."""

import pytest
from django.db import connection

from core.tenancy.scope import workspace_scope
from scorecard.actions import note_view
from scorecard.actions.folding import fold
from scorecard.models import FoldMark, ScorecardView
from scorecard.queries import board_of
from tests.cast import MONDAY_10, Cast
from tests.handoffs.test_at_once import at_once


@pytest.mark.django_db(transaction=True)
def test_a_fold_under_way_is_left_alone_and_not_waited_for(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        assert fold(cast.acme, MONDAY_10) > 0

    def second() -> int:
        with workspace_scope(cast.acme), connection.cursor() as cursor:
            cursor.execute("set local lock_timeout = '1s'")
            return fold(cast.acme, MONDAY_10)

    with workspace_scope(cast.acme):
        assert FoldMark.objects.select_for_update().get() is not None  # somebody folds
        assert at_once(second) == [0]


@pytest.mark.django_db(transaction=True)
def test_a_page_that_is_being_made_does_not_hold_up_the_same_members_next(cast: Cast) -> None:
    def look() -> None:
        with workspace_scope(cast.acme), connection.cursor() as cursor:
            cursor.execute("set local lock_timeout = '1s'")
            note_view(board_of(cast.acme, MONDAY_10), cast.vera, MONDAY_10)

    with workspace_scope(cast.acme):
        note_view(board_of(cast.acme, MONDAY_10), cast.vera, MONDAY_10)
        assert at_once(look) == [None]
        assert ScorecardView.objects.get(member=cast.vera).views == 1
