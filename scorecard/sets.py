"""Samples placed in their segments and added up, as one SQL statement; and the same samples as rows.

folded(question, segments)   day, segment, segment_value and the sums
rows(question, …)            the samples themselves, with the record's name and number
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

from blueprint.expressions.criteria import compile_line
from blueprint.expressions.to_sql import all_met_sql
from core.sql import PARAMETER, Fragment, SqlFile, load
from core.tenancy.scope import here
from lifecycle.facts import RECORD_SQL
from scorecard.kinds import Question, samples
from scorecard.models import ExchangeRate
from scorecard.rules.days import Days
from scorecard.segments import (
    BANDED_MONEY,
    RECORD,
    SEGMENTS,
    WHOLE,
    named_in,
    placed,
    segments_of,
    shared_values,
    value_of,
)
from scorecard.segments import joins as segment_joins

__all__ = [
    "SEGMENTS",
    "WHOLE",
    "definition",
    "folded",
    "folded_together",
    "is_foldable",
    "narrowing",
    "one_after_another",
    "rows",
    "segments_of",
    "statement",
]
FOLDED = load("scorecard", "folded")
ONE_OF_SEVERAL = load("scorecard", "one_of_several")
SAMPLE_ROWS = load("scorecard", "sample_rows")
OPEN_ROWS = load("scorecard", "open_rows")
# Facts that move without the scorecard being told: a metric whose filter looks at one is always counted anew.
RESTLESS = re.compile(r"\b(now|score|stage|entered_stage_at|last_activity_at|account_name|account_domain)\b")
# What does not tell a definition: the moment, and the windows of a calendar, which tells itself.
SAID = frozenset({"calendar"})  # although no statement names it
UNSAID = frozenset({"at", "workspace", "opens", "closes", "worked"})


def is_foldable(question: Question) -> bool:
    """Whether readings of the metric can be kept: its filter looks only at facts whose change is noticed. What is
    narrowed further is counted from the rows."""
    if question.narrowed:
        return False
    if question.kind.has_stock and BANDED_MONEY.keys() & question.metric.edges.keys():
        return False  # what left a band left it by the rate of the day it came, which marks no later day
    lines = (question.metric.filter, *question.kind.lines(question))
    if question.kind.has_stock and _converts(question) and ExchangeRate.objects.exists():
        return False  # for the same reason
    return question.kind.is_kept(question) and not any(map(RESTLESS.search, lines))


def _converts(question: Question) -> bool:
    """Whether its filter compares money in the reporting currency."""
    text = question.metric.filter.strip()
    return bool(text) and compile_line(question.blueprint.catalogue, text).converts


def folded(question: Question, segments: Iterable[str]) -> Fragment:
    """Sums by day, segment and segment value; `segments` may hold WHOLE. One statement whatever the number of days."""
    return _filled(FOLDED, question, tuple(segments))


def folded_together(questions: Sequence[Question], segment: str) -> Fragment:
    """The sums of one or more questions by one segment, in one statement: each row begins with the place of its
    question."""
    return one_after_another(
        [
            ONE_OF_SEVERAL.fill(folded=folded(question, (segment,))).fragment(asked=at)
            for at, question in enumerate(questions)
        ]
    )


def one_after_another(answers: Sequence[Fragment]) -> Fragment:
    """Statements whose rows come together; each keeps parameters of its own."""
    beside = [
        Fragment(
            PARAMETER.sub(rf"%(q{at}_\1)s", each.sql), {f"q{at}_{name}": value for name, value in each.values.items()}
        )
        for at, each in enumerate(answers)
    ]
    return Fragment.joined(" union all ", beside)


def rows(question: Question, *, segment: str, value: str, part: str, on: Days | None = None) -> Fragment:
    """The samples behind a number. `part`: all, counted, numerator, missed (counted, but not in the numerator), aside,
    measured, open (what is open at the end of the days: give all days up to it) or late (open, and in its stage for
    longer than the stage's age limit). The measure of what is open is its age in days. `on`: the days they count on,
    where the question looks at more; of what is open, the days it entered its stage."""
    if part not in ("open", "late"):
        return _filled(SAMPLE_ROWS, question, (segment,), on=on, value=value, part=part)
    end = question.days.spans[-1][1]
    limits = json.dumps({str(s.id): s.age_limit_days for s in question.pipeline_stages if s.age_limit_days is not None})
    if on and question.known_until:
        on = None  # what left a stage is looked at as well, on whichever day it did
    question = replace(question, days=on or question.days, open_until=end)
    return _filled(OPEN_ROWS, question, (segment,), value=value, last_day=end, limits=limits, only_late=part == "late")


def definition(question: Question) -> str:
    """A hash of everything its samples are read from: kind, stages, hours, filter, time zone. Where it differs, the
    same past has another figure."""
    asked = samples(replace(question, days=Days.every()))
    read = {name: value for name, value in asked.values.items() if name in SAID or f"%({name})s" in asked.sql}
    metric = question.metric
    return _hash(metric.kind, sorted(metric.parameters.items()), " ".join(metric.filter.split()), _told(read))


def statement(question: Question) -> str:
    """A hash of what the definition compiles to, segments included. Where only this differs, the samples are the same
    but may be placed otherwise: readings are added up anew."""
    everything = folded(replace(question, days=Days.every(), people=str), (WHOLE, *segments_of(question)))
    return _hash(everything.sql, _told(everything.values))


def _told(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    return sorted((name, repr(value)) for name, value in values.items() if name not in UNSAID)


def _hash(*parts: object) -> str:
    return sha256(repr(parts).encode()).hexdigest()[:32]


def _filled(
    file: SqlFile, question: Question, segments: tuple[str, ...], *, on: Days | None = None, **values: Any
) -> Fragment:
    """The file over the metric's samples `x`, their records `r`, and `placed(segment, segment_value)`."""
    filled = file.fill(
        samples=samples(question),
        segments=placed(question, segments),
        days=Fragment(*(on or question.days).on("open.day" if file is OPEN_ROWS else "x.day")),
        **narrowing(question, segments, are_rows=file is not FOLDED),
    )
    return filled.fragment(**values)


def narrowing(question: Question, segments: tuple[str, ...] = (), *, are_rows: bool = True) -> dict[str, Fragment]:
    """The joins beside samples `x`, for these segments and whatever they are narrowed by, and the condition `filter`
    that they must meet."""
    met = _filter(question)
    wanted = named_in((*segments, *(segment for segment, _ in question.narrowed)))
    beside = segment_joins(question, wanted, are_rows=are_rows)
    joins = [RECORD, *beside, FILTERED] if met else [*beside]
    conditions = [*met, *_narrowed(question)]
    return {
        "joins": Fragment(" ".join(dict.fromkeys(joins)), {"workspace": here(), "zone": str(question.zone)}),
        "filter": Fragment.joined(" and ", conditions) if conditions else Fragment("true"),
    }


FILTERED = """left join lifecycle_stage s on s.workspace_id = %(workspace)s and s.id = r.stage_id
    left join lifecycle_account a on a.workspace_id = %(workspace)s and a.id = r.account_id"""


def _filter(question: Question) -> list[Fragment]:
    """The metric's filter as a condition, money by the rate of the sample's day; a record for which it is unknown does
    not count."""
    text = question.metric.filter.strip()
    if not text:
        return []
    day = "x.taken_on" if question.kind.has_stock else "x.day"
    met = all_met_sql([text], question.blueprint.catalogue, "r", columns=RECORD_SQL, at=question.at, rate_on=day)
    return [Fragment.of("filter", met)]


def _narrowed(question: Question) -> Iterator[Fragment]:
    """The values that samples must have of some segments."""
    for place, (segment, value) in enumerate(question.narrowed):
        name = f"narrowed_{place}"
        found = value_of(question, segment, name)
        shared = shared_values(question, named_in([segment]))
        yield Fragment(f"{found.sql} = %({name}_is)s", {**found.values, **shared, f"{name}_is": value})
