"""The clock's door of the scorecard: readings are folded where something changed, and boards are mailed."""

import time
from datetime import datetime, timedelta
from uuid import UUID

from celery import shared_task

from core.database import database_now, refresh_statistics
from core.operating.heartbeats import heartbeat
from core.people.models import Workspace
from core.sql import load
from core.tenancy.sweeps import each_workspace, workspaces_with
from scorecard.actions.folding import fold_slice
from scorecard.actions.mailing_boards import send_mails, write_mails
from scorecard.queries.source_hash import source_hash
from scorecard.rules.side_by_side import BESIDE

WORKSPACES_TO_FOLD = load("scorecard", "workspaces_to_fold")
WORKSPACES_TO_MAIL = load("scorecard", "workspaces_to_mail")


UNTIL_S = 50.0  # the next pass begins a minute after this one; what is left goes on there
AGAIN_AFTER = timedelta(hours=1)  # what failed is tried again although there is no news


def workspaces_to_fold(at: datetime) -> list[UUID]:
    """Those with days that wait, or series this release does not know yet. One query."""
    return workspaces_with(WORKSPACES_TO_FOLD, release=source_hash(), beside=at - BESIDE, failed=at - AGAIN_AFTER)


@shared_task(name="scorecard.fold")
@heartbeat("scorecard.fold")
def fold_readings() -> int:
    """Fold every workspace with days that wait, a slice each in turns, and how many there were; an empty pass is one
    look. Safe to run twice."""
    found, moments = set[UUID](), dict[UUID, datetime]()

    def waiting() -> list[UUID]:
        at = database_now()
        ids = workspaces_to_fold(at)
        if not found.issuperset(ids):
            refresh_statistics()  # of tables nobody has looked at yet the planner believes too little: a hundred times
        found.update(ids)
        for each in ids:
            moments.setdefault(each, at)
        return ids

    def fold(workspace: Workspace) -> int:
        did = fold_slice(workspace, moments[workspace.pk])  # all its slices are of the moment when it was found
        if not did:
            del moments[workspace.pk]
        return did

    until = time.monotonic() + UNTIL_S
    each_workspace(waiting, fold, what="scorecard.fold", until=until, in_turns=True)
    return len(found)


@shared_task(name="scorecard.mail_boards")
@heartbeat("scorecard.mail_boards")
def mail_boards() -> int:
    """Write and send the boards that are due; an empty pass is one look. Safe to run twice at once."""
    at = database_now()
    waiting = workspaces_with(WORKSPACES_TO_MAIL, at=at)

    def mail(workspace: Workspace) -> int:
        return write_mails(workspace, at) + send_mails(workspace, at)

    each_workspace(waiting, mail, what="scorecard.mail_boards")
    return len(waiting)
