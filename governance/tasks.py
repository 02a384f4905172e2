"""The clock's door: impacts and proofs that wait are worked out in the background; late reviews are followed up."""

import time
from functools import partial

from celery import shared_task

from core.database import database_now
from core.operating.heartbeats import heartbeat
from core.sql import load
from core.tenancy.sweeps import each_workspace, workspaces_with
from governance.actions.proving import prove_next
from governance.actions.reviewing import LATE_REVIEWS, follow_up_late_reviews
from governance.actions.working_out import WAITING_IMPACTS, next_step

WAITING_PROOFS = load("governance", "waiting_proofs")
BUDGET_S = 45.0  # a task ends within a minute; the rest waits for the next tick


@shared_task(name="governance.follow_up_reviews")
@heartbeat("governance.follow_up_reviews")
def follow_up_reviews() -> int:
    """Give a task to somebody above for each review of an emergency that is late. Safe to run any number of times."""
    return each_workspace(
        workspaces_with(LATE_REVIEWS),
        lambda workspace: follow_up_late_reviews(database_now()),
        what="governance.follow_up_reviews",
    ).done


@shared_task(name="governance.run_impacts")
@heartbeat("governance.run_impacts")
def run_impacts() -> int:
    """Answer questions of waiting impacts, workspace by workspace in turn, until none waits or the time is up.

    Safe to run any number of times at once."""
    return each_workspace(
        partial(workspaces_with, WAITING_IMPACTS),
        lambda workspace: next_step(database_now()),
        what="governance.run_impacts",
        until=time.monotonic() + BUDGET_S,
        in_turns=True,
    ).done


@shared_task(name="governance.prove_rules")
@heartbeat("governance.prove_rules")
def prove_rules() -> int:
    """Prove lines of rules and criteria that wait, workspace by workspace in turn, until none waits or the time is up.

    Safe to run any number of times at once."""
    return each_workspace(
        partial(workspaces_with, WAITING_PROOFS),
        lambda workspace: prove_next(database_now()),
        what="governance.prove_rules",
        until=time.monotonic() + BUDGET_S,
        in_turns=True,
    ).done
