"""Conversion: of the records that entered A on the day, how many ever reached B, and after how many days."""

from scorecard.kinds.base import Question, Statement, day_of, select, within


def entering(question: Question, alias: str = "a") -> str:
    """From-and-where of the first entry of each record into `%(entry)s`, each record once, near the days asked."""
    a = alias
    return f"""lifecycle_stagestay {a}
    where {a}.workspace_id = %(ws)s and {a}.stage_id = any(%(entry)s)
      and {within(f"{a}.entered_at", question.days, question.zone)}
      and not exists (
        select 1 from lifecycle_stagestay e
        where e.workspace_id = %(ws)s and e.record_id = {a}.record_id and e.stage_id = any(%(entry)s)
          and (e.entered_at, e.id) < ({a}.entered_at, {a}.id))"""


def conversion(question: Question) -> Statement:
    """By cohort: the day is that of entering A (`from`), whenever B (`to`) was reached."""
    parameters = question.metric.parameters
    columns = select(
        record_id="c.record_id",
        member_id="r.owner_id",
        day="c.day",
        numerator="(b.at is not null)::int",
        measure=f"case when b.at is not null then greatest({day_of('b.at')} - c.day, 0) end",
    )
    return question.statement(
        f"""
    select {columns}
    from (select a.record_id, {day_of("a.entered_at")} as day from {entering(question)}) c
    join lifecycle_record r on r.workspace_id = %(ws)s and r.id = c.record_id
    left join lateral (
      select min(s.entered_at) as at from lifecycle_stagestay s
      where s.workspace_id = %(ws)s and s.record_id = c.record_id and s.stage_id = any(%(goal)s)) b on true""",
        entry=question.stages(parameters["from"]),
        goal=question.stages(parameters["to"]),
    )
