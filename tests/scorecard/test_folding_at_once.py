"""Two folds of one workspace at once: the second leaves, and waits for nobody."""

import pytest
from django.db import connection

from core.tenancy.scope import workspace_scope
from scorecard.actions.folding import fold
from scorecard.models import FoldMark
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
