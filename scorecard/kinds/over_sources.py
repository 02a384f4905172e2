"""What is put at the places of the two statements of measures, over a source: one sample for each of its things."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.sql import Fragment, SqlFile

Places = dict[str, Fragment | SqlFile | str]
# Of a thing that says whose it was, which team's, its source and what it was worth; before them what the columns
# begin with.
WHOSE = """x.{0}owner_id as member_id, x.{0}team_id as team_id, x.source, x.amount as worth, x.currency"""
COUNTED = {"numerator": "1", "denominator": "1", "aside": "0", "measure": "null::int"}
TOLD_OF_MONEY = "coalesce(nullif(money.cause, ''), x.cause)"
# Money added up: what has no amount stands aside.
ADDED = {
    "numerator": "coalesce(money.amount, 0)",
    "denominator": "money.amounts",
    "aside": "(m.amount is null)::int",
    "cause": TOLD_OF_MONEY,
}


def over_source(
    source: SqlFile, day: str, *, values: Mapping[str, Any], near: str = "true", where: str = "true", **said: Any
) -> Places:
    """A sample for each thing of a source, on the day of one of its dates. `values` are those of all parameters named;
    `said` is what a thing adds: whose it is, and its sums."""
    usual: Places = {"whose": "x.member_id", "joins": ""}
    return {**usual, "source": source, "day": day, "near": near, "where": Fragment(where, values), **said}


def minutes_to(end: str) -> str:
    """Whole minutes from the offer of a handoff to a moment."""
    passed = f"greatest(floor(extract(epoch from {end} - x.offered_at) / 60), 0)::int"
    return f"case when {end} is not null then {passed} end"


def seconds_between(start: str, end: str, unit: str) -> str:
    """Seconds that passed between two moments; of days, those that the clock on the workspace's wall shows: a day is a
    day, also where clocks change. Within the hour that comes twice that is nought at least."""
    if unit != "days":
        return f"extract(epoch from {end} - {start})"
    began, ended = (f"({each} at time zone %(zone)s)" for each in (start, end))
    return f"case when {end} is not null then greatest(extract(epoch from {ended} - {began}), 0) end"
