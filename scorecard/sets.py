"""Samples placed in their segments and added up, as one SQL statement; and the same samples as rows.

folded(question, segments)   day, segment, segment_value and the sums
rows(question, …)            the samples themselves, with the record's name and number
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

from blueprint.expressions.to_sql import all_met_sql
from core.sql import Fragment
from lifecycle.facts import RECORD_SQL
from scorecard.kinds import Question, Statement, samples
from scorecard.kinds.base import on_days
from scorecard.rules.days import Days
from scorecard.rules.declarations import DECLARATIONS

NONE = "(none)"
WHOLE = ""
# Facts that move without the scorecard being told: a metric whose filter looks at one is always counted anew.
RESTLESS = re.compile(r"\b(now|score|stage|entered_stage_at|last_activity_at|account_name|account_domain)\b")

# Where a sample is counted, `people` being who sits where (scorecard.queries.places).
SEGMENTS: Mapping[str, str] = {
    "source": "r.source",
    "owner": "%(people)s::jsonb -> x.member_id::text ->> 'owner'",
    "team": "place.at ->> 'team'",
    "region": "coalesce(nullif(place.at ->> 'region', ''), r.properties ->> 'region')",
    "manager": "place.at ->> 'manager'",
    "stage": "%(stages)s::jsonb ->> x.stage_id::text",
    "cause": "x.cause",
}
SEATED = frozenset({"team", "region", "manager"})
OF_SAMPLE = frozenset({WHOLE, "owner", "stage", "cause"})  # no need to look at the record
PLACE = """cross join lateral (select coalesce(
      %(people)s::jsonb -> (x.member_id::text || '/' || r.team_id::text),
      %(people)s::jsonb -> x.member_id::text,
      %(people)s::jsonb -> ('/' || r.team_id::text)) as at offset 0) place"""
RECORD = "join lifecycle_record r on r.workspace_id = %(ws)s and r.id = x.record_id"
SUMS = ("numerator", "denominator", "aside", "stock", "stock_days")


def segments_of(question: Question) -> tuple[str, ...]:
    """The segments a metric can be read by, beside the whole: its own, and those its kind brings."""
    declared = DECLARATIONS.get(question.metric.kind)
    extra = declared.brings if declared else ()
    known = question.lifecycle.properties_by_key
    return tuple(dict.fromkeys(s for s in (*question.metric.segments, *extra) if s in SEGMENTS or s in known))


def is_foldable(question: Question) -> bool:
    """Whether readings of the metric can be kept: its filter looks only at facts whose change is noticed."""
    return not RESTLESS.search(question.metric.filter)


def folded(question: Question, segments: Iterable[str]) -> Statement:
    """Sums by day, segment and segment value; `segments` may hold WHOLE. One statement whatever the number of days."""
    placed = _placed(question, tuple(segments))
    sums = ", ".join(f"sum(x.{each}) as {each}" for each in SUMS)
    again = ", ".join(f"sum({each}) as {each}" for each in SUMS)
    return Statement(
        f"""
  select day, segment, segment_value, {again},
         coalesce(jsonb_object_agg(measure::text, counted) filter (where measure is not null), '{{}}') as distribution
  from (
    select x.day, placed.segment, placed.segment_value, x.measure, count(*) as counted, {sums}
    {placed.sql}
    group by x.day, placed.segment, placed.segment_value, x.measure) by_measure
  group by day, segment, segment_value""",
        placed.params,
    )


def rows(question: Question, *, segment: str, value: str, part: str) -> Statement:
    """The samples behind a number, newest first. `part`: all, numerator, missed (counted, but not in the numerator),
    aside, measured, open (what is open at the end of the days: give all days up to it) or late (open, and in its stage
    for longer than the stage's age limit). The measure of what is open is its age in days."""
    placed = _placed(question, (segment,))
    listed = ", ".join(f"x.{name}" for name in ("day", "numerator", "denominator", "aside", "measure", "cause"))
    params = dict(placed.params) | {"value": value}
    if part in ("open", "late"):
        params |= {"end": question.days.spans[-1][1], "limits": limits_of(question)}
        age = "%(end)s::date - max(x.day) filter (where x.stock > 0)"
        late = f"and {age} > (%(limits)s::jsonb ->> x.stage_id::text)::int" if part == "late" else ""
        sql = f"""
    select max(x.day) filter (where x.stock > 0) as day, 0 as numerator, 0 as denominator, 0 as aside,
           {age} as measure, '' as cause, x.record_id, null::uuid as handoff_id, x.stage_id
    {placed.sql} and placed.segment_value = %(value)s and x.stock <> 0
    group by x.record_id, x.stage_id having sum(x.stock) > 0 {late}"""
    else:
        wanted = {
            "all": "(x.denominator <> 0 or x.numerator <> 0 or x.aside <> 0 or x.measure is not null)",
            "counted": "x.denominator <> 0",
            "numerator": "x.numerator <> 0",
            "missed": "x.denominator <> 0 and x.numerator = 0",
            "aside": "x.aside <> 0",
            "measured": "x.measure is not null",
        }[part]
        sql = f"""
    select {listed}, x.record_id, x.handoff_id
    {placed.sql} and placed.segment_value = %(value)s and {wanted}"""
    return Statement(sql, params)


def limits_of(question: Question) -> str:
    """The age limits of the pipeline's stages in days, by stage id."""
    limits = {str(s.id): s.age_limit_days for s in question.pipeline_stages if s.age_limit_days is not None}
    return json.dumps(limits)


def fingerprint(question: Question) -> str:
    """What the definition compiles to. Where it differs from what readings were folded by, they say something else."""
    everything = folded(replace(question, days=Days.every(), people=str), (WHOLE, *segments_of(question)))
    told = sorted((name, repr(value)) for name, value in everything.params.items() if name not in ("at", "ws"))
    return sha256(f"{question.metric.definition_version} {everything.sql} {told}".encode()).hexdigest()[:32]


def _placed(question: Question, segments: tuple[str, ...]) -> Statement:
    """`from … where …` of samples `x`, their records `r`, and `placed(segment, segment_value)`."""
    source = samples(question)
    exact, day_params = on_days("x.day", question.days)
    params = dict(source.params) | day_params
    values = []
    for place, segment in enumerate(segments):
        if segment == WHOLE:
            values.append("('', '')")
            continue
        if segment in SEGMENTS:
            value = SEGMENTS[segment]
        else:
            value = f"r.properties ->> %(property{place})s"
            params[f"property{place}"] = segment
        params[f"segment{place}"] = segment
        values.append(f"(%(segment{place})s, left(coalesce(nullif({value}, ''), '{NONE}'), 200))")
    where, filter_params = _filter(question)
    wanted = set(segments)
    joins = [RECORD] if where or wanted - OF_SAMPLE else []
    joins += [PLACE] if wanted & SEATED else []
    joins += [FILTERED] if where else []
    if wanted & (SEATED | {"owner"}):
        params["people"] = question.people()
    if "stage" in wanted:
        labels = {str(stage.id): stage.label for stage in question.lifecycle.stages_by_id.values()}
        params["stages"] = json.dumps(labels)
    return Statement(
        f"""from ({source.sql}) x
    {" ".join(joins)}
    cross join lateral (values {", ".join(values)}) as placed(segment, segment_value)
    where {exact} {where}""",
        params | filter_params,
    )


FILTERED = """join lifecycle_stage s on s.workspace_id = %(ws)s and s.id = r.stage_id
    left join lifecycle_account a on a.workspace_id = %(ws)s and a.id = r.account_id"""


def _filter(question: Question) -> tuple[str, dict[str, Any]]:
    """The metric's filter as a condition; a record for which it is unknown does not count."""
    text = question.metric.filter.strip()
    if not text:
        return "", {}
    met = all_met_sql([text], question.lifecycle.catalogue, "r", columns=RECORD_SQL, at=question.at)
    fragment = Fragment.of("filter", met)
    return f"and {fragment.sql}", dict(fragment.values)
