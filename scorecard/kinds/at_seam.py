"""Kinds of a seam: what became of what was offered, and how fast."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from blueprint.schema import MetricTerms
from blueprint.schema.vocabularies import Disposition
from core.figures import number, percent, span
from core.sql import Fragment
from scorecard.kinds.kind import Filled, MetricKind, days_reaching_age
from scorecard.kinds.parameters import FirstTouchOf, LeakageOf, OfSeam, Parameters
from scorecard.kinds.working_minutes import worked_between
from scorecard.rules.totals import ZERO, Figure, PartRows, Totals, quantile

if TYPE_CHECKING:
    from scorecard.kinds import Question

OFFERED = frozenset({"trigger", "acceptance", "packet", "on_accept"})  # what decides who is offered and accepted
SENDS_BACK = {Disposition.RETURN, Disposition.ROUTE}  # answers that leave the record where it was, between two teams


class AtSeam(MetricKind):
    """Handoffs across one seam."""

    parameters: ClassVar[type[Parameters]] = OfSeam
    moves_with = "seam"
    tells_whose = False
    measures = "minutes"
    counts_rows = True
    dated_by = "h.offered_at"

    def filled(self, question: Question) -> Filled:
        values = {
            "seam": question.seam.id,
            "act": timedelta(hours=question.seam.act_hours),
            "window_length": self.window(question),
        }
        return {"near": question.near(self.dated_by)}, values

    def window(self, question: Question) -> timedelta:
        """How long a record may sit between two teams before it has leaked."""
        return timedelta(days=14)


class AcceptanceRate(AtSeam):
    """Accepted, of all answers."""

    seam_parts = OFFERED
    counts = ("accepted", "answered")
    parts = {"counted": "Answered", "numerator": "Accepted", "missed": "Rejected"}
    median_label = "Time to answer: median"


class Acted(AtSeam):
    """Accepted and acted on in time, of all that was marked ready long enough ago, or was acted on already."""

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

    def moving(self, question: Question, first: date, last: date) -> tuple[date, date]:
        return days_reaching_age(first, last, timedelta(hours=question.seam.act_hours))

    def ripe_after(self, question: Question, whole: Figure) -> timedelta:
        return timedelta(hours=question.seam.act_hours)


class Attainment(AtSeam):
    """Answered in time, of all that was answered or is past due."""

    seam_parts = OFFERED | {"answer_minutes", "calendar", "ladder"}
    counts = ("in time", "answered or past due")
    parts = {"counted": "Answered or past due", "numerator": "In time", "missed": "Breached"}
    dated_by = "coalesce(h.breached_at, least(h.answered_at, h.due_at))"

    def moving(self, question: Question, first: date, last: date) -> tuple[date, date]:
        return first, last


class FirstTouched(AtSeam):
    """How long the first touch took, on the clock or in the seam's working time."""

    parameters = FirstTouchOf
    unit = "minutes"
    formula = "median of the time from the offer to the first touch"
    seam_parts = OFFERED | {"touch_minutes", "calendar", "first_touch"}
    aside_label = "Not yet touched"
    parts = {"counted": "All", "numerator": "In time", "measured": "Touched", "aside": aside_label}
    counts = ("touched in time", "offered")
    curves = (("Median", "value"), ("90th percentile", "p90"))

    def filled(self, question: Question) -> Filled:
        places, values = super().filled(question)
        seconds: Fragment | str = "extract(epoch from h.first_touched_at - h.offered_at)"
        if question.parameters.time == "working":
            seconds = worked_between(question.seam.hours, "h.offered_at", "h.first_touched_at", question.at)
        return {**places, "seconds": seconds}, values

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

    parameters = LeakageOf
    seam_parts = OFFERED | {"first_touch"}
    brings = ("cause",)
    counts = ("leaked", "settled")
    aside_label = "Recalled, then offered again"
    parts = {"counted": "Settled", "numerator": "Leaked", "missed": "Not leaked", "aside": aside_label}
    is_numerator_good = False
    ripens = "after its window"

    def filled(self, question: Question) -> Filled:
        places, values = super().filled(question)
        sent_back = [reason.id for reason in question.blueprint.reason_codes if reason.disposition in SENDS_BACK]
        return places, values | {"sent_back": sent_back}

    def window(self, question: Question) -> timedelta:
        return timedelta(days=question.parameters.window_days)

    def ripe_after(self, question: Question, whole: Figure) -> timedelta:
        return self.window(question)

    def moving(self, question: Question, first: date, last: date) -> tuple[date, date]:
        return days_reaching_age(first, last, self.window(question))
