"""Where a sample is counted: by a fact of its record, by who sits where, by a band of numbers, or by two at once.

In SQL a sample is `x`, its record `r`, `held` is whose it counts as, and `place` is where they sat."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from blueprint.expressions.to_sql import SqlRow
from core.figures import number
from core.sql import Fragment, load
from scorecard.kinds import KINDS, Question
from scorecard.rules.standpoint import NOW

NONE = "(none)"
WHOLE = ""
AND = "\x1f"  # between two segments that are read at once, and between their values
LONGEST = 200
# `people` is who sits where (scorecard.queries.seats).
SEGMENTS: Mapping[str, str] = {
    "source": "held.source",
    "currency": "coalesce(nullif(held.currency, ''), %(own_currency)s)",
    "owner": "%(people)s::jsonb ->> ('=' || held.owner_id::text)",
    "team": "place.at ->> 'team'",
    "region": "coalesce(nullif(place.at ->> 'region', ''), r.properties ->> 'region')",
    "manager": "place.at ->> 'manager'",
    "stage": "%(stages)s::jsonb ->> x.stage_id::text",
    "cause": "x.cause",
}
SEATED = frozenset({"team", "region", "manager"})
HELD = SEATED | {"source", "currency", "owner"}
OF_SAMPLE = HELD - {"region"} | {WHOLE, "stage", "cause"}  # no need to look at the record
RECORD = "join lifecycle_record r on r.workspace_id = %(workspace)s and r.id = x.record_id"
SAID = "cross join lateral (select x.member_id as owner_id, x.team_id, x.source, x.worth, x.currency) held"
LOOKED_UP = f"left join lateral ({load('scorecard', 'parts/held_on_day').draft}) held on true"
TODAY = """cross join lateral (select
      {owner} as owner_id, r.team_id, r.source, {worth} as worth, {currency} as currency) held"""
PLACE = f"cross join lateral ({load('scorecard', 'parts/place_on_day').draft}) place"
PLACE_OF_STOCK = f"cross join lateral ({load('scorecard', 'parts/place_of_stock').draft}) place"
BANDED = load("scorecard", "parts/banded")
# Where money is that bands are made of, and its currency.
BANDED_MONEY = {"amount": ("held.worth", "held.currency"), "mrr": ("r.mrr", "r.currency")}


def segments_of(question: Question) -> tuple[str, ...]:
    """The segments a metric can be read by, beside the whole: its own, and those its kind brings."""
    kind = question.metric.kind
    extra = KINDS[kind].brings if kind in KINDS else ()
    known = {*SEGMENTS, *question.blueprint.properties_by_key, *question.metric.edges}
    only = KINDS[kind].segments(question.metric, question.blueprint) if kind in KINDS else None
    return tuple(
        segment
        for segment in dict.fromkeys((*question.metric.segments, *extra))
        if segment in known and (only is None or segment in only)
    )


def named_in(segments: Iterable[str]) -> set[str]:
    """The segments by themselves, also of those that are read at once."""
    return {each for segment in segments for each in segment.split(AND)}


def joins(question: Question, wanted: set[str], *, are_rows: bool) -> Iterator[str]:
    """What the segments look at beside the sample; rows say whose they are and what they were worth."""
    banded = sorted(wanted & question.metric.edges.keys() & BANDED_MONEY.keys())
    is_held = are_rows or bool(banded) or bool(wanted & HELD)
    if wanted - OF_SAMPLE or (is_held and _is_of_today(question)):
        yield RECORD
    if is_held:
        yield _held(question)
    for segment in banded:
        worth, currency = BANDED_MONEY[segment]
        day = "x.taken_on" if question.kind.has_stock else "x.day"
        found = BANDED.fill(worth=worth, currency=currency, day=day)
        yield f"cross join lateral ({found.draft}) banded_{segment}"
    if wanted & SEATED:
        yield PLACE_OF_STOCK if question.kind.has_stock else PLACE


def _is_of_today(question: Question) -> bool:
    """Whether whose a sample is and its source are read from its record as that is now."""
    return question.standpoint.reading == NOW and question.kind.is_of_records


def _held(question: Question) -> str:
    """Whose a sample counts as, its source and its worth. Who was given a handoff, or did something, stays who it was
    under either reading."""
    says = question.kind.tells_whose
    if _is_of_today(question):
        worth = {"worth": "x.worth" if says else "r.amount", "currency": "x.currency" if says else "r.currency"}
        return TODAY.format(owner="r.owner_id" if says else "coalesce(x.member_id, r.owner_id)", **worth)
    return SAID if says else LOOKED_UP


def placed(question: Question, segments: tuple[str, ...]) -> Fragment:
    """For each of the segments its name and the sample's value of it."""
    rows, values = [], shared_values(question, named_in(segments))
    for place, segment in enumerate(segments):
        if segment == WHOLE:
            rows.append("('', '')")
            continue
        value = value_of(question, segment, f"segment_{place}")
        rows.append(f"(%(segment_{place})s, {value.sql})")
        values |= {f"segment_{place}": segment, **value.values}
    return Fragment(", ".join(rows), values)


def value_of(question: Question, segment: str, name: str) -> Fragment:
    """The sample's value of a segment, or of two; its parameters are named after `name`."""
    parts = [_one(question, each, f"{name}_{place}") for place, each in enumerate(segment.split(AND))]
    return Fragment.joined(" || chr(31) || ", parts)


def shared_values(question: Question, wanted: set[str]) -> dict[str, Any]:
    """What several segments look at: who sits where, the labels of stages, the workspace's currency."""
    values: dict[str, Any] = {}
    if wanted & (SEATED | {"owner"}):
        values["people"] = question.people()
    if wanted & {"currency", *BANDED_MONEY}:
        values["own_currency"] = question.currency
    if wanted & BANDED_MONEY.keys():
        values["reporting_currency"] = question.reporting_currency
    if "stage" in wanted:
        labels = {str(stage.id): stage.label for stage in question.blueprint.stages_by_id.values()}
        values["stages"] = json.dumps(labels)
    return values


def _one(question: Question, segment: str, name: str) -> Fragment:
    values: dict[str, Any] = {}
    if segment in question.metric.edges:
        value, values = _band(question, segment, name)
    elif segment in SEGMENTS:
        value = SEGMENTS[segment]
    else:
        value, values = f"r.properties ->> %({name})s", {name: segment}
    return Fragment(f"left(coalesce(nullif({value}, ''), '{NONE}'), {LONGEST})", values)


def _band(question: Question, segment: str, name: str) -> tuple[str, dict[str, Any]]:
    """The label of the band a number falls in; each begins at its edge. Money is told in the reporting currency."""
    edges = list(question.metric.edges[segment])
    banded = f"banded_{segment}.amount::float8"
    read = banded if segment in BANDED_MONEY else SqlRow(question.blueprint.catalogue).read(segment)
    found = f"(%({name}_labels)s::text[])[1 + width_bucket({read}, %({name}_edges)s::float8[])]"
    return found, {f"{name}_labels": labels(edges), f"{name}_edges": [float(each) for each in edges]}


def labels(edges: list[Any]) -> list[str]:
    """`under 50`, `50 to 250`, `250 and more`: a band holds its lower edge and not its upper one."""
    told = [number(each, 4) for each in edges]
    between = [f"{low} to {high}" for low, high in zip(told, told[1:], strict=False)]
    return [f"under {told[0]}", *between, f"{told[-1]} and more"]
