"""What counts of a company for kinds of a seam, handoff by handoff: plain Python, no statement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from core.businesstime import minutes_between
from handoffs.models import Clock, Handoff
from tests.scorecard.reckoned_history import MINUTE, Counted, History


def at_seam(history: History, asked: dict[str, Any]) -> Iterator[Handoff]:
    seam = history.blueprint.seams_by_key[asked["seam"]].id
    return (each for each in history.company.rows[Handoff] if each.seam_id == seam)


def of_handoff(history: History, handoff: Handoff, at: datetime, **known: Any) -> Counted:
    return Counted(record=handoff.record, day=history.on(at), member=handoff.assignee_id, **known)


def acceptance(history: History, asked: dict[str, Any]) -> Iterator[Counted]:
    for h in at_seam(history, asked):
        if h.state in ("accepted", "rejected"):
            known = {
                "numerator": int(h.state == "accepted"),
                "denominator": 1,
                "measure": minutes(h, h.answered_at),
            }
            yield of_handoff(history, h, h.offered_at, **known)


def acted(history: History, asked: dict[str, Any]) -> Iterator[Counted]:
    act = timedelta(hours=history.blueprint.seams_by_key[asked["seam"]].act_hours)
    for h in at_seam(history, asked):
        if h.state == "recalled":
            continue
        moments = [each for each in (h.answered_at, h.first_touched_at) if each]
        done = max(moments) if h.state == "accepted" and len(moments) == 2 else None
        is_acted = done is not None and done - h.offered_at <= act
        counts = is_acted or history.at - h.offered_at >= act
        known = {"numerator": int(is_acted), "denominator": int(counts), "aside": int(not counts)}
        yield of_handoff(history, h, h.offered_at, measure=minutes(h, done), **known)


def attainment(history: History, asked: dict[str, Any]) -> Iterator[Counted]:
    let_it_pass = {clock.handoff_id: clock.member_id for clock in history.company.rows[Clock]}
    for h in at_seam(history, asked):
        known_at = h.breached_at or min(h.answered_at or h.due_at, h.due_at)
        if known_at <= history.at and (h.state != "recalled" or h.breached_at):
            is_in_time = not h.breached_at and h.answered_at is not None and h.answered_at <= h.due_at
            known = {"numerator": int(is_in_time), "denominator": 1, "measure": minutes(h, h.answered_at)}
            counted = of_handoff(history, h, known_at, **known)
            yield replace(counted, member=let_it_pass[h.pk]) if h.pk in let_it_pass else counted


def first_touch(history: History, asked: dict[str, Any]) -> Iterator[Counted]:
    calendar = history.blueprint.seams_by_key[asked["seam"]].hours
    for h in at_seam(history, asked):
        if h.state == "recalled":
            continue
        touched = h.first_touched_at
        took = minutes(h, touched)
        if touched and asked.get("time") == "working":
            took = int(minutes_between(calendar, h.offered_at, touched))
        is_in_time = touched is not None and (h.touch_due_at is None or touched <= h.touch_due_at)
        known = {"numerator": int(is_in_time), "denominator": 1, "aside": int(touched is None), "measure": took}
        yield of_handoff(history, h, h.offered_at, **known)


def leakage(history: History, asked: dict[str, Any]) -> Iterator[Counted]:
    window = timedelta(days=asked.get("window_days", 14))
    returning = {r.id for r in history.blueprint.reason_codes if r.disposition in ("return", "route")}
    handoffs = list(at_seam(history, asked))
    for h in handoffs:
        is_recalled = h.state == "recalled"
        over = history.shown(h.offered_at) + window
        is_in_time = not is_recalled and h.answered_at is not None and history.shown(h.answered_at) < over
        later = (n.offered_at for n in handoffs if n.record is h.record and n.offered_at > h.offered_at)
        is_again = is_recalled and any(history.shown(after) < over for after in later)
        if is_in_time or is_recalled or history.shown(history.at) >= over:
            known = {
                "numerator": int(not is_in_time and not is_again),
                "denominator": int(not is_again),
                "aside": int(is_again),
                "measure": None if is_recalled else minutes(h, h.answered_at),
                "cause": leak(h, is_in_time=is_in_time, is_again=is_again, returning=returning),
            }
            yield of_handoff(history, h, h.offered_at, **known)


def leak(h: Handoff, *, is_in_time: bool, is_again: bool, returning: set[UUID]) -> str:
    if h.state == "recalled":
        return "Recalled, then offered again" if is_again else "Recalled"
    if is_in_time:
        return "Returned" if h.reason_id in returning else "Answered in time"
    if h.answered_at:
        return "Answered too late"
    return "Touched, never answered" if h.first_touched_at else "Never touched"


def minutes(h: Handoff, end: datetime | None) -> int | None:
    return None if end is None else max((end - h.offered_at) // MINUTE, 0)
