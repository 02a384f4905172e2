"""Kinds of a seam: what became of what was offered, and how fast."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from blueprint.schema import MetricTerms
from blueprint.schema.vocabularies import Disposition
from core.figures import number, percent, span
from core.sql import Fragment, load
from scorecard.kinds.kind import Filled, MetricKind, days_reaching_age
from scorecard.kinds.over_sources import COUNTED, minutes_to, over_source
from scorecard.kinds.parameters import FirstTouchOf, LeakageOf, OfSeam, Parameters
from scorecard.kinds.working_minutes import worked_between
from scorecard.rules.totals import ZERO, Figure, PartRows, Totals, quantile

if TYPE_CHECKING:
    from scorecard.kinds import Question

OFFERS, VERDICTS = load("scorecard", "parts/offers"), load("scorecard", "parts/verdicts")
OFFERED = frozenset({"trigger", "acceptance", "packet", "on_accept"})  # what decides who is offered and accepted
TIMED = frozenset({"calendar", "sla", "wall_time", "pausing", "pause_when", "open_clocks"})  # what moves a due time
SENDS_BACK = {Disposition.RETURN, Disposition.ROUTE}  # answers that leave the record where it was, between two teams


class AtSeam(MetricKind):
    """Handoffs across one seam."""

    statement = "measure"
    parameters: ClassVar[type[Parameters]] = OfSeam
    moves_with = "seam"
    tells_whose = False
    measures = "minutes"
    counts_rows = True
    dated_by = "x.offered_at"
    where = "true"
    """Which of them count."""
    source = OFFERS
    """As whose they are listed."""

    def filled(self, question: Question) -> Filled:
        values = {"seam": question.seam.id, "act": timedelta(hours=question.seam.act_hours), "at": question.at}
        offers = self.source.fill(asked=Fragment("h.seam_id = %(seam)s", values))
        near = question.near(self.dated_by)
        return over_source(offers, self.dated_by, near=near, where=self.where, values={}, **self.sums(question)), {}

    def sums(self, question: Question) -> dict[str, Any]:
        """What each handoff adds."""
        raise NotImplementedError


class AcceptanceRate(AtSeam):
    """Accepted, of those answered, and how long the answer took. The day is that of the offer."""

    where = "x.state in ('accepted', 'rejected')"
    seam_parts = OFFERED
    counts = ("accepted", "answered")
    parts = {"counted": "Answered", "numerator": "Accepted", "missed": "Rejected"}
    median_label = "Time to answer: median"

    def sums(self, question: Question) -> dict[str, Any]:
        return {**COUNTED, "numerator": "(x.state = 'accepted')::int", "measure": minutes_to("x.answered_at")}


class Acted(AtSeam):
    """Accepted and touched within the seam's hours, of all marked ready whose hours are over or that have been acted on
    already. The others stand aside; what the sender took back is left out. The day is that of the offer."""

    where = "x.state <> 'recalled'"
    seam_parts = OFFERED | {"act_hours", "first_touch"}
    counts = ("acted on in time", "marked ready")
    ripens = "after the seam's hours to act"
    aside_label = "Too young to tell"
    parts = {
        "counted": "Marked ready",
        "numerator": "Acted on in time",
        "missed": "Not in time",
        "aside": aside_label,
    }

    def sums(self, question: Question) -> dict[str, Any]:
        done = "case when x.state = 'accepted' and x.first_touched_at is not null then {} end"
        is_over, end = "x.offered_at + %(act)s <= %(at)s", "greatest(x.answered_at, x.first_touched_at)"
        in_time = "x.answered_at <= x.offered_at + %(act)s and x.first_touched_at <= x.offered_at + %(act)s"
        is_acted = f"coalesce(x.state = 'accepted' and {in_time}, false)"
        return {
            "numerator": f"({is_acted})::int",
            "denominator": f"({is_acted} or {is_over})::int",
            "aside": f"(not {is_acted} and not {is_over})::int",
            "measure": done.format(minutes_to(end)),
        }

    def moving(self, question: Question, first: date, last: date) -> tuple[date, date]:
        return days_reaching_age(first, last, timedelta(hours=question.seam.act_hours))

    def ripe_after(self, question: Question, whole: Figure) -> timedelta:
        return timedelta(hours=question.seam.act_hours)


class Attainment(AtSeam):
    """Answered by the due time, of those answered or past it. The answer after a breach changes nothing. The day is
    that on which it was known: an answer in time counts on its own day, a breach on the day the handoff fell due, and
    for whoever let it pass."""

    seam_parts = OFFERED | TIMED | {"answer_minutes", "ladder", "restarts"}
    source = VERDICTS
    counts = ("in time", "answered or past due")
    parts = {"counted": "Answered or past due", "numerator": "In time", "missed": "Breached"}
    dated_by = "x.verdict_at"
    where = f"{dated_by} <= %(at)s and (x.state <> 'recalled' or x.breached_at is not null)"

    def sums(self, question: Question) -> dict[str, Any]:
        in_time = "x.breached_at is null and x.answered_at is not null and x.answered_at <= x.due_at"
        return {**COUNTED, "numerator": f"({in_time})::int", "measure": minutes_to("x.answered_at")}

    def moving(self, question: Question, first: date, last: date) -> tuple[date, date]:
        return first, last


class FirstTouched(AtSeam):
    """How long the first qualifying touch took from the offer, on the clock or in the seam's working time, and how many
    were touched in time; the untouched stand aside. The day is that of the offer."""

    where = "x.state <> 'recalled'"
    parameters = FirstTouchOf
    unit = "minutes"
    formula = "median of the time from the offer to the first touch"
    seam_parts = OFFERED | TIMED | {"touch_minutes", "first_touch"}
    aside_label = "Not yet touched"
    parts = {"counted": "All", "numerator": "In time", "measured": "Touched", "aside": aside_label}
    counts = ("touched in time", "offered")
    curves = (("Median", "value"), ("90th percentile", "p90"))

    def sums(self, question: Question) -> dict[str, Any]:
        took, values = minutes_to("x.first_touched_at"), dict[str, Any]()
        if question.parameters.time == "working":
            worked = worked_between(question.seam.hours, "x.offered_at", "x.first_touched_at", question.at)
            took = f"case when x.first_touched_at is not null then greatest(floor({worked.sql} / 60), 0)::int end"
            values = dict(worked.values)
        in_time = "coalesce(x.first_touched_at <= x.touch_due_at, x.first_touched_at is not null)::int"
        return {
            **COUNTED,
            "numerator": in_time,
            "aside": "(x.first_touched_at is null)::int",
            "measure": Fragment(took, values),
        }

    def by_the_clock(self, metric: MetricTerms) -> MetricTerms | None:
        if metric.parameters.get("time") != "working":
            return None
        return metric.model_copy(update={"parameters": {**metric.parameters, "time": "clock"}})

    def value(self, totals: Totals, day: date) -> Decimal | None:
        return quantile(totals.distribution, Decimal("0.5"))

    def made_of(self, metric: MetricTerms, figure: Figure, currency: str) -> str:
        told = f"{number(figure.denominator - figure.aside, 0)} touched, {number(figure.aside, 0)} not yet"
        if figure.p90 is None:
            return told
        unbroken = span(figure.p90).replace(" ", "\u00a0")
        return f"{told}, 90th percentile {unbroken}"

    def part_counts(self, figure: Figure) -> dict[str, Decimal]:
        return super().part_counts(figure) | {"measured": figure.denominator - figure.aside}

    def rows_of(self, part: str, totals: Totals) -> PartRows | None:
        """What is not touched yet counts as well."""
        touched = totals.denominator - totals.aside
        sums = {"measured": (touched, totals.numerator), "aside": (totals.aside, ZERO)}
        if part not in sums:
            return super().rows_of(part, totals)
        number_of_them, met = sums[part]
        return PartRows(int(number_of_them), met, number_of_them)

    def facts(self, figure: Figure, currency: str) -> list[tuple[str, str]]:
        told = [*super().facts(figure, currency), ("Not yet touched", number(figure.aside))]
        if figure.denominator:
            told.append(("Touched in time", percent(figure.numerator / figure.denominator)))
        return told


class Leakage(AtSeam):
    """What was lost between two teams, of all that is settled."""

    statement = ""
    parameters = LeakageOf
    seam_parts = OFFERED | {"first_touch"}
    brings = ("cause",)
    counts = ("leaked", "settled")
    aside_label = "Recalled, then offered again"
    parts = {"counted": "Settled", "numerator": "Leaked", "missed": "Not leaked", "aside": aside_label}
    is_numerator_good = False
    ripens = "after its window"

    def filled(self, question: Question) -> Filled:
        sent_back = [reason.id for reason in question.blueprint.reason_codes if reason.disposition in SENDS_BACK]
        values = {"seam": question.seam.id, "window_length": self.window(question), "sent_back": sent_back}
        return {"near": question.near("h.offered_at")}, values

    def window(self, question: Question) -> timedelta:
        """How long a record may sit between two teams before it has leaked."""
        return timedelta(days=question.parameters.window_days)

    def ripe_after(self, question: Question, whole: Figure) -> timedelta:
        return self.window(question)

    def moving(self, question: Question, first: date, last: date) -> tuple[date, date]:
        return days_reaching_age(first, last, self.window(question))
