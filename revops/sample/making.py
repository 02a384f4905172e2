"""Making sample companies that were asked for: each is whole, or gone."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import connection

from core.database import refresh_statistics
from core.deadly_work import survived
from core.people.models import Member, Workspace
from core.people.sample_company import held, remake, take_away, tell_progress
from core.tenancy.scope import workspace_scope
from revops.sample import live
from revops.sample.people import made_up

log = logging.getLogger(__name__)


def make_all(clock: Callable[[], datetime]) -> int:
    """Make those that wait, and how many there were. Safe to run any number of times at once, and to be killed."""
    waiting = Workspace.objects.filter(sample_of__isnull=False, sample_ready_at=None)
    return sum(_make_alone(home_id, clock) for home_id in list(waiting.values_list("sample_of_id", flat=True)))


def _make_alone(home_id: UUID, clock: Callable[[], datetime]) -> bool:
    """Make one unless somebody else does; whether it was made. One that cannot be made goes, so it can be asked for
    again."""
    with held(home_id) as is_ours:
        sample = Workspace.objects.filter(sample_of_id=home_id, sample_ready_at=None).first()
        if not is_ours or sample is None:
            return False
        try:
            with survived("sample", home_id), _unhurried_commits():
                _make(sample, home_id, clock())
        except Exception:  # whatever it was: nobody comes into half a company
            log.exception("the sample company of workspace %s could not be made", home_id)
            take_away(home_id)
            return False
        Workspace.objects.filter(sample_of_id=home_id).update(sample_ready_at=clock())
        refresh_statistics()
        return True


@contextmanager
def _unhurried_commits() -> Iterator[None]:
    """Hundreds of commits do not wait for the disk: the one that says it is ready waits for them all."""
    with connection.cursor() as cursor:
        cursor.execute("set synchronous_commit to off")
        try:
            yield
        finally:
            cursor.execute("set synchronous_commit to default")


def _make(sample: Workspace, home_id: UUID, at: datetime) -> None:
    with workspace_scope(sample):
        is_begun = Member.objects.exists()
    if is_begun:  # a worker died of it
        sample = remake(sample)
    start = sample.created_at
    length = (at - start).total_seconds()
    people = made_up(sample, start)
    live(sample, people, start, at, lambda day: tell_progress(home_id, (day - start).total_seconds() / length))
