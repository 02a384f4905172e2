"""Kinds of metrics. Each is one statement of *samples*: one row for each thing that counts, on the day it counts.

Readings are sums of samples, live figures are sums of samples, and the rows behind a number are the samples themselves:
that is why they agree. The statements are `scorecard/sql/kinds/`; segments and the metric's filter are joined on later,
alike for all kinds. What a kind is asked with and what it reads is declared in `scorecard/rules/declarations.py`.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from core.sql import Fragment, load, load_all
from core.tenancy.scope import here
from scorecard.kinds.base import Question, on_days, within

__all__ = ["KINDS", "Question", "on_days", "samples", "window", "within"]

SAMPLES = load_all("scorecard", "kinds")
RECORDS_ENTERING = load("scorecard", "parts/records_entering")
EVERY = ((None, None),)

# What a kind puts at the places of its statement, and the values of its own parameters.
Parts = tuple[dict[str, Fragment | str], dict[str, Any]]


def samples(question: Question) -> Fragment:
    """The samples of a metric on some days. Raises KeyError for a kind, stage or seam that does not exist."""
    places, values = KINDS[question.metric.kind](question)
    everywhere = {"workspace": here(), "zone": str(question.zone), "at": question.at}
    return SAMPLES[question.metric.kind].fill(**places).fragment(**everywhere, **values)


def _near(question: Question, moment: str) -> str:
    return within(moment, question.days, question.zone)


def _records_entering(question: Question, stages: list[UUID]) -> Fragment:
    near = RECORDS_ENTERING.fill(entering_near=_near(question, "n.entered_at"))
    return near.fragment(workspace=here(), entering=stages)


def _first_entries(question: Question, entry: list[UUID], goal: list[UUID], **values: Any) -> Parts:
    if question.days.spans == EVERY:
        near = Fragment("s.stage_id = any(%(entry)s || %(goal)s::uuid[])")
    else:
        found = _records_entering(question, entry)
        near = Fragment(f"s.record_id in ({found.sql})", found.values)
    return {"near": near}, {"entry": entry, "goal": goal, **values}


def conversion(question: Question) -> Parts:
    asked = question.parameters
    return _first_entries(question, question.stages(asked.from_), question.stages(asked.to))


def sourced(question: Question) -> Parts:
    asked = question.parameters
    return _first_entries(question, question.stages(asked.pipeline), [], by_count=asked.by == "count")


def closings(question: Question, *, only_won: bool = False) -> Parts:
    stages = question.pipeline_stages
    won, lost = ([stage.id for stage in stages if stage.category == category] for category in ("won", "lost"))
    closed = won if only_won else won + lost
    return {"closed_near": _near(question, "s.entered_at")}, {"won": won, "lost": lost, "closed": closed}


def won_deals(question: Question) -> Parts:
    return closings(question, only_won=True)


def flows(question: Question) -> Parts:
    left = Fragment("o.stage_id = any(%(open_stages)s)")
    if question.days.spans != EVERY:
        # array_position: the stays of these records are to be found by record, never by stage
        moved = _records_entering(question, list(question.blueprint.stages_by_id))
        among = "array_position(%(open_stages)s::uuid[], o.stage_id) is not null"
        left = Fragment(f"{among} and o.record_id in ({moved.sql})", moved.values)
    places: dict[str, Fragment | str] = {
        "entered_near": _near(question, "o.entered_at"),
        "exited_near": _near(question, "o.exited_at"),
        "left": left,
    }
    return places, {"open_stages": [stage.id for stage in question.pipeline_stages if stage.is_open]}


def velocity(question: Question) -> Parts:
    (places, values), (more_places, more_values) = closings(question), flows(question)
    return places | more_places, values | more_values


def at_seam(question: Question, moment: str = "h.offered_at") -> Parts:
    values = {
        "seam": question.seam.id,
        "act": timedelta(hours=question.seam.act_hours),
        "window_length": window(question),
    }
    return {"near": _near(question, moment)}, values


def attainment(question: Question) -> Parts:
    return at_seam(question, "coalesce(h.breached_at, least(h.answered_at, h.due_at))")


def window(question: Question) -> timedelta:
    """How long a record may sit between two teams before it has leaked."""
    return timedelta(days=getattr(question.parameters, "window_days", 14))  # only leakage looks through one


KINDS: Mapping[str, Callable[[Question], Parts]] = {
    "conversion": conversion,
    "win_rate": closings,
    "average_deal": won_deals,
    "cycle": won_deals,
    "velocity": velocity,
    "aging": flows,
    "acceptance": at_seam,
    "acted": at_seam,
    "attainment": attainment,
    "first_touch": at_seam,
    "leakage": at_seam,
    "sourced": sourced,
}
