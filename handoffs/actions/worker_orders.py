"""Orders that a worker carries out: by one at a time, again where one was killed, and told where they fail.

The row is the order, and is locked while somebody works on it: a worker that is killed leaves it as it was, and the
next tick takes it up again. What was done and that it is done are written in one transaction, so it is done once."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from django.db import connection, transaction
from django.db.models import QuerySet

from core.deadly_work import survived
from core.operating.setting_aside import is_held_elsewhere, reason_of
from core.people.models import Workspace
from core.tenancy.scope import workspace_scope
from core.waking import poke
from handoffs.models.orders import WorkerOrder

log = logging.getLogger(__name__)
Order = TypeVar("Order", bound=WorkerOrder)
MOST_AT_ONCE = 2_500  # things that change within a request, in about two seconds
PATIENCE = {"statement_timeout": "2min", "idle_in_transaction_session_timeout": "10min"}  # the role's are for requests


class Job(NamedTuple):
    """One kind of orders. `under_way`: those that wait or are at work, the next first. `work`: do an order or a part of
    it and say in its state whether it is done; False where nothing of it could be done now."""

    task: str
    under_way: Callable[[], QuerySet[Any]]
    work: Callable[[Any, datetime], bool]


def work_on_first(job: Job, workspace: Workspace, clock: Callable[[], datetime]) -> bool:
    """Do the first order of the workspace that nobody works on; False where nothing was to be done. It has transactions
    of its own: that it is at work is seen by others before it is done."""
    with workspace_scope(workspace):
        found = _free(job).first()
        if found is None:
            return False
        if found.state != found.State.RUNNING:
            type(found).objects.filter(pk=found.pk).update(state=found.State.RUNNING)
    with workspace_scope(workspace):
        order = _free(job).filter(pk=found.pk).first()
        return order is not None and _work_on(job, order, clock())  # else another worker was faster


def wake_worker(job_task: str) -> None:
    """After the commit; if the broker is silent, the next tick will do."""
    transaction.on_commit(lambda: poke(job_task), robust=True)


def _work_on(job: Job, order: Any, at: datetime) -> bool:
    """Do it in a savepoint, and keep how it went."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                for limit, value in PATIENCE.items():
                    cursor.execute("select set_config(%s, %s, true)", [limit, value])
            with survived(job.task, order.pk):
                did = job.work(order, at)
            order.error = ""
            order.save()
            return did
    except Exception as trouble:  # whatever it was, the others go on, and the page says why
        if is_held_elsewhere(trouble):
            raise  # it is as it was, and the next tick takes it
        log.exception("%s could not be done", order)
        failed = type(order).objects.filter(pk=order.pk)
        failed.update(state=order.State.FAILED, error=reason_of(trouble))
        return True


def _free(job: Job) -> QuerySet[Any]:
    return job.under_way().select_for_update(skip_locked=True, of=("self",))
