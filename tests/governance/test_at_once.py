"""Two at once: one holds the row, the other waits and is told what became of it."""

import time
from collections.abc import Callable
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection

from core.errors import Refusal
from core.tenancy.scope import workspace_scope
from governance.actions.deciding import approve, reject, withdraw
from governance.actions.drafting import draft
from governance.actions.submitting import submit
from governance.actions.working_out import next_step
from governance.models import Approval, ChangeRequest, Impact
from tests.cast import MONDAY_10, Cast

pytestmark = pytest.mark.django_db(transaction=True)

LATER = MONDAY_10 + timedelta(hours=1)
PATIENCE_S = 10.0
SECOND: dict[str, Callable[[ChangeRequest, Cast], object]] = {
    "rejects": lambda change, cast: reject(change, by=cast.mona, at=LATER, note="No"),
    "approves as well": lambda change, cast: approve(change, by=cast.mona, at=LATER),
    "withdraws": lambda change, cast: withdraw(change, by=cast.dana, at=LATER),
}


def in_review(cast: Cast) -> ChangeRequest:
    with workspace_scope(cast.acme):
        change = draft(cast.dana, title="Lower", edits=[(["scoring", "threshold"], 50)], at=MONDAY_10)
        submit(change, by=cast.dana, at=MONDAY_10)
        Impact.objects.update(state=Impact.State.DONE)
    return change


def wait_until_somebody_waits() -> None:
    """Until another connection of ours stands before a lock."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute("select pg_stat_clear_snapshot()")  # else the first look is the look of the transaction
            cursor.execute(
                "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("nobody waited")


@pytest.mark.parametrize("second", SECOND)
def test_who_answers_second_waits_for_the_first_and_is_told(cast: Cast, second: str) -> None:
    change, heard = in_review(cast), []

    def answer() -> None:
        try:
            with workspace_scope(cast.acme):
                mine = ChangeRequest.objects.get(pk=change.pk)
                heard.append(SECOND[second](mine, cast))
        except Exception as trouble:  # whatever it is, the test looks at it
            heard.append(trouble)
        finally:
            connection.close()

    thread = Thread(target=answer)
    with workspace_scope(cast.acme):
        approve(ChangeRequest.objects.get(pk=change.pk), by=cast.vera, at=LATER)
        thread.start()
        wait_until_somebody_waits()
    thread.join()
    with workspace_scope(cast.acme):
        state = ChangeRequest.objects.get(pk=change.pk).state
        answers = list(Approval.objects.values_list("member__name", flat=True))
    [said] = heard
    if second == "withdraws":  # an approved request may still be withdrawn: it waited, and then did
        assert (said, state) == (None, "withdrawn")
    else:
        assert isinstance(said, Refusal) and said.code == "world_moved_on", said
        assert (state, answers) == ("approved", ["Vera"])


def test_an_impact_that_a_worker_holds_is_not_asked_by_another(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        change = draft(cast.dana, title="Lower", edits=[(["scoring", "threshold"], 50)], at=MONDAY_10)
        submit(change, by=cast.dana, at=MONDAY_10)
    heard: list[Any] = []

    def ask() -> None:
        try:
            with workspace_scope(cast.acme):
                heard.append(next_step(LATER))
        finally:
            connection.close()

    with workspace_scope(cast.acme):
        assert next_step(LATER) is True  # the first question is answered, and the transaction still open
        thread = Thread(target=ask)
        thread.start()
        thread.join(PATIENCE_S)
        assert heard == [False]
