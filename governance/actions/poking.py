"""Waking the worker. The row is the order; the poke only spares the wait for the next tick."""

from django.db import transaction

from core.poking import poke


def poke_impacts() -> None:
    """After the commit, tell the workers that an impact waits. If the broker is silent, the next tick will do."""
    transaction.on_commit(lambda: poke("governance.run_impacts"), robust=True)
