"""Waking the worker. The row is the order; the poke only spares the wait for the next tick."""

import logging

from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def poke_impacts() -> None:
    """After the commit, tell the workers that an impact waits. If the broker is silent, the next tick will do."""
    transaction.on_commit(_poke, robust=True)


def _poke() -> None:
    from celery import current_app

    try:
        current_app.send_task("governance.run_impacts", retry=False, expires=60)
    except (OperationalError, OSError) as silent:
        log.warning("the broker is silent, the next tick will do: %s", silent)
