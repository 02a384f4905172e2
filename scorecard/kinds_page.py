"""The page of help about every kind of metric, written from the kinds themselves: docs/metrics.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args

from pydantic.fields import FieldInfo

from blueprint.schema.values import OneOf
from scorecard.kinds import KINDS, STATEMENTS
from scorecard.kinds.kind import MetricKind
from scorecard.kinds.metric_sources import SOURCES, Source
from scorecard.kinds.parameters import KnownNames

HEAD = """# What every number means

Written from the kinds of metrics in `scorecard/kinds` by `manage.py metrics_help`; edit the kinds, not this page.

A metric of the blueprint is a kind, its parameters and a filter. A kind gives *samples*: one for each thing that
counts, on the day on which it counts. Figures add up samples, so the rows behind a number are those it was added up
from, in every segment. Days are those of the workspace's time zone, and windows and lengths in days are as its clocks
show them: ninety days after a midnight is a midnight. Minutes and hours are time that passed. Money is told in the
reporting currency by the rate of the sample's day; what has no rate is counted beside and never added. Values are exact
to six decimals and rounded once, at the end; a median is the middle one or the mean of the middle two, a 90th
percentile the nearest value above.

Each kind is reckoned a second time in plain Python, row by row, over made-up companies whose records change hands, are
reopened and are worth money of several currencies, in several time zones, as it was and as it is now:
`tests/scorecard/test_second_reckoning.py`, 500 companies in each run of the tests (11 s of processor time), and
`python -m tests.scorecard.reckon_many --companies 5000` for more, each metric in four segments. 5,000 were reckoned
without a difference.
"""


def kinds_page() -> str:
    """The whole page."""
    kinds = [_kind(name, kind) for name, kind in KINDS.items()]
    sources = ["## Sources\n\nWhat `count`, `sum`, `share` and `elapsed` measure.\n", *map(_source, SOURCES.values())]
    return "\n".join([HEAD, *kinds, *sources])


def _kind(name: str, kind: MetricKind) -> str:
    read = [STATEMENTS[each] for each in (kind.statement or name, *kind.other_statements) if each in STATEMENTS]
    lines = [f"## `{name}`", "", _plain(kind.__doc__), ""]
    lines += [f"{read[0].sentence}.", ""] if read and not kind.statement else []
    said = {
        "Formula": kind.formula or " ÷ ".join(kind.counts),
        "Ripe": kind.ripens,
        "Read from": " or ".join(f"`{each.name}`" for each in read) or "the figures of other metrics",
        "Told in": " or ".join((kind.unit, *kind.other_units)),
        "Read also by": ", ".join(kind.brings),
        "Counted beside": kind.aside_label,
    }
    lines += [f"- **{label}**: {value}" for label, value in said.items() if value]
    return "\n".join([*lines, "", *_parameters(kind), ""])


def _parameters(kind: MetricKind) -> Iterator[str]:
    if not kind.parameters.model_fields:
        return
    yield "| parameter | | takes | left out |\n|---|---|---|---|"
    for name, field in kind.parameters.model_fields.items():
        words = ". ".join(filter(None, (field.title, field.description))).removesuffix(".") + "."
        left_out = (
            "must be there" if field.is_required() else f"`{field.get_default()}`" if field.get_default() else "–"
        )
        yield f"| `{field.alias or name}` | {words} | {_takes(field)} | {left_out} |"


def _takes(field: FieldInfo) -> str:
    for mark in field.metadata:
        if isinstance(mark, KnownNames):
            return {"stages": "a stage or a pipeline"}.get(mark.what, f"a {mark.what}")
        if isinstance(mark, OneOf):
            return "a date of a source" if any("_at" in word for word, _ in mark.choices) else "an amount of a source"
    if words := get_args(field.annotation):
        return ", ".join(f"`{word}`" for word in words)
    return "a whole number" if field.annotation is int else "text"


def _source(source: Source) -> str:
    rows: list[tuple[str, Any]] = [
        ("Dates", [f"`{source.name}.{key}` {label}" for key, label in source.dates.items()]),
        ("Amounts", [f"`{source.name}.{key}` {label}" for key, (label, _) in source.amounts.items()]),
        ("Facts for lines", [f"`{each.key}` {each.label}" for each in source.fields]),
        ("Narrowed by", sorted(source.narrowed_by)),
        ("Readings are kept by", [f"`{source.name}.{key}`" for key in source.dates if key in source.marked]),
    ]
    lines = [f"### {source.label}", "", f"{source.part.sentence}.", ""]
    return "\n".join([*lines, *(f"- **{label}**: {', '.join(values)}" for label, values in rows if values), ""])


def _plain(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "").strip()
