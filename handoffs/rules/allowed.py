"""How long a handoff gives, and in whose hours: by the SLA line that was met, and the calendar of who has it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from blueprint.schema import SeamTerms, SlaTerms
from blueprint.schema.ladders import StepTerms
from core.businesstime import WorkingCalendar, every_hour


class Allowed(Protocol):
    """What a clock is computed from. A seam is one, for handoffs that no line is met by and nobody's own hours."""

    @property
    def hours(self) -> WorkingCalendar: ...
    @property
    def answer_minutes(self) -> int: ...
    @property
    def touch_minutes(self) -> int | None: ...
    @property
    def touch_at_once(self) -> bool: ...
    @property
    def ladder(self) -> Sequence[StepTerms]: ...
    @property
    def restarts(self) -> int: ...


@dataclass(frozen=True, slots=True)
class OwnAllowed:
    """What a seam gives to some of its records, or to somebody whose hours are not the seam's."""

    hours: WorkingCalendar
    answer_minutes: int
    touch_minutes: int | None
    touch_at_once: bool
    ladder: Sequence[StepTerms]
    restarts: int


def met_line(lines: Iterable[SlaTerms], met: Iterable[bool], *, is_by_catch_all: bool) -> SlaTerms | None:
    """The SLA line that decides for a record, which met these of them; None where the seam's own minutes do.
    `is_by_catch_all`: no routing rule but the last one takes it. Unknown is not met."""
    found = (line for line, is_met in zip(lines, met, strict=True) if is_met)
    return next((line for line in found if is_by_catch_all or not line.catch_all_only), None)


def allowed(seam: SeamTerms, line_key: str = "", own: WorkingCalendar | None = None) -> Allowed:
    """What the seam gives where this SLA line was met ("" for none) to somebody with `own` hours (None for nobody in
    particular). A line that counts every minute counts those of nobody's hours. A line that is gone gives what the seam
    gives."""
    line = seam.sla_by_key.get(line_key)
    if line is None and own is None:
        return seam
    hours = seam.calendar_terms.hours if own is None else own
    is_wall = seam.wall_time if line is None else line.wall_time
    touch = seam.touch_minutes if line is None or line.touch_minutes is None else line.touch_minutes
    return OwnAllowed(
        hours=every_hour(hours.time_zone) if is_wall else hours,
        answer_minutes=seam.answer_minutes if line is None else line.answer_minutes,
        touch_minutes=touch,
        touch_at_once=seam.touch_at_once,
        ladder=seam.ladder,
        restarts=seam.restarts,
    )
