"""What happens at a seam: acceptance, action, attainment, first touch, leakage. The day is that of the offer, but for
attainment: an answer in time counts on its own day, a breach on the day the handoff fell due."""

from datetime import timedelta

from scorecard.kinds.base import Question, Statement, day_of, select, within

# When it was known whether the SLA was kept; scorecard's migration 0002 has an index on exactly this expression.
VERDICT_AT = "coalesce(h.breached_at, least(h.answered_at, h.due_at))"


def _offered(question: Question, where: str, *, moment: str = "h.offered_at", **columns: str) -> Statement:
    listed = select(
        record_id="h.record_id",
        handoff_id="h.id",
        member_id="coalesce(h.assignee_id, r.owner_id)",
        **{"day": day_of(moment), **columns},
    )
    return question.statement(
        f"""
    select {listed}
    from handoffs_handoff h join lifecycle_record r on r.workspace_id = %(ws)s and r.id = h.record_id
    where h.workspace_id = %(ws)s and h.seam_id = %(seam)s and {within(moment, question.days, question.zone)}
      and {where}""",
        seam=question.seam.id,
        at=question.at,
        act=timedelta(hours=question.seam.act_hours),
        window=window(question),
    )


def window(question: Question) -> timedelta:
    """How long a record may sit between two teams before it has leaked."""
    return timedelta(days=getattr(question.parameters, "window_days", 14))  # only leakage looks through one


def minutes(end: str) -> str:
    """Whole minutes since the offer; none where it has not come to an end."""
    length = f"greatest(floor(extract(epoch from {end} - h.offered_at) / 60), 0)::int"
    return f"case when {end} is not null then {length} end"


def acceptance(question: Question) -> Statement:
    """Accepted, of those answered; and how long the answer took."""
    return _offered(
        question,
        "h.state in ('accepted', 'rejected')",
        numerator="(h.state = 'accepted')::int",
        measure=minutes("h.answered_at"),
    )


def acted(question: Question) -> Statement:
    """Accepted and touched within the seam's hours, of all marked ready; what the sender took back is left out."""
    in_time = "h.answered_at <= h.offered_at + %(act)s and h.first_touched_at <= h.offered_at + %(act)s"
    return _offered(
        question,
        "h.state <> 'recalled'",
        numerator=f"coalesce(h.state = 'accepted' and {in_time}, false)::int",
        measure="case when h.state = 'accepted' and h.first_touched_at is not null then "
        + minutes("greatest(h.answered_at, h.first_touched_at)")
        + " end",
    )


def attainment(question: Question) -> Statement:
    """Answered by the due time, of those answered or past it. The answer after a breach changes nothing."""
    return _offered(
        question,
        f"{VERDICT_AT} <= %(at)s and (h.state <> 'recalled' or h.breached_at is not null)",
        moment=VERDICT_AT,
        numerator="(h.breached_at is null and h.answered_at is not null and h.answered_at <= h.due_at)::int",
        measure=minutes("h.answered_at"),
    )


def first_touch(question: Question) -> Statement:
    """Minutes from the offer to the first qualifying touch; touched in time of all; the untouched stand aside."""
    return _offered(
        question,
        "h.state <> 'recalled'",
        numerator="coalesce(h.first_touched_at <= h.touch_due_at, h.first_touched_at is not null)::int",
        aside="(h.first_touched_at is null)::int",
        measure=minutes("h.first_touched_at"),
    )


def leakage(question: Question) -> Statement:
    """Neither answered nor taken back inside the window, of those that were or whose window is over."""
    inside = "coalesce(h.answered_at < h.offered_at + %(window)s, false)"
    cause = """case when coalesce(h.answered_at < h.offered_at + %(window)s, false) then 'Answered in time'
        when h.answered_at is not null then 'Answered too late'
        when h.assignee_id is null then 'Waited in a queue'
        when h.first_touched_at is not null then 'Touched, never answered'
        else 'Never touched' end"""
    return _offered(
        question,
        f"({inside} or h.offered_at + %(window)s <= %(at)s)",
        numerator=f"(not {inside})::int",
        cause=cause,
        measure=minutes("h.answered_at"),
    )
