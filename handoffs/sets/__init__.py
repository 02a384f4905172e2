"""Routing and offering as SQL: the rules of `rules/routing.py` for any number of records in one statement.

tests/handoffs/test_sets_agree.py holds both readings equal on random records, rules and pools."""

from handoffs.sets.offering import Arrived, offer
from handoffs.sets.routing import routing_sql

__all__ = ["Arrived", "offer", "routing_sql"]
