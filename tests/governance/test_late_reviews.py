"""A review of an emergency that nobody gave in time is followed up by somebody above, once."""

from datetime import timedelta

import pytest

from core.tenancy.scope import workspace_scope
from governance.actions.deciding import approve
from governance.models import ChangeRequest, ReviewClock
from governance.tasks import follow_up_reviews
from handoffs.actions.tasking import LATE_REVIEW
from handoffs.models import Task
from tests.cast import MONDAY_10, Cast
from tests.governance.emergency import break_glass

pytestmark = pytest.mark.django_db(transaction=True)  # the scanner looks from a session of its own
REASON = "Leads of the fair wait in the wrong queue"


def test_a_late_review_becomes_a_task_of_somebody_above_once(cast: Cast) -> None:
    edits = [(["seams", {"key": "marketing_to_sales"}, "answer_minutes"], 60)]
    with workspace_scope(cast.acme):
        break_glass(cast.ada, title="Faster", reason=REASON, edits=edits, at=MONDAY_10)
        change = ChangeRequest.objects.get(kind="emergency")
        assert change.review_task.assignee == cast.vera
        ReviewClock.objects.update(due_at=MONDAY_10 + timedelta(days=9000))
    assert follow_up_reviews() == 0
    with workspace_scope(cast.acme):
        ReviewClock.objects.update(due_at=MONDAY_10)
    assert [follow_up_reviews() for _ in range(2)] == [1, 0]
    with workspace_scope(cast.acme):
        late = Task.objects.get(kind=LATE_REVIEW)
        assert late.assignee == cast.ada and late.title == "Nobody has reviewed the emergency change #2: Faster"
        approve(change, by=cast.vera, at=late.created_at, note="Right so")
        assert not Task.objects.filter(done_at=None).exists() and not ReviewClock.objects.exists()
