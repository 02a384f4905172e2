"""The clock's door of the project: sample companies that were asked for."""

from celery import shared_task

from core.database import database_now
from core.operating.heartbeats import heartbeat
from core.people.sample_company import MAKE
from revops.sample.making import make_all


@shared_task(name=MAKE)
@heartbeat(MAKE)
def make_samples() -> int:
    """Make every sample company that waits, and how many there were. Safe to run any number of times at once."""
    return make_all(database_now)
