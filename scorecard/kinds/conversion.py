"""Conversion: of the records that entered A on the day, how many ever reached B, and after how many days."""

from uuid import UUID

from scorecard.kinds.base import Question, Statement, day_of, select, within

EVERY = ((None, None),)


def cohort(question: Question, *, has_goal: bool) -> str:
    """Each record once with its first entry into `%(entry)s` and, with a goal, into `%(goal)s`, near the days asked.

    One pass and no look-up by stage within a record's stays: without statistics, as after a great import, the planner
    would take the index by stage for that and read a whole stage for every record."""
    reached = "min(s.entered_at) filter (where s.stage_id = any(%(goal)s))" if has_goal else "null::timestamptz"
    if question.days.spans == EVERY:
        near = "s.stage_id = any(%(entry)s || %(goal)s::uuid[])" if has_goal else "s.stage_id = any(%(entry)s)"
    else:
        near = f"""s.record_id in (
          select n.record_id from lifecycle_stagestay n
          where n.workspace_id = %(ws)s and n.stage_id = any(%(entry)s)
            and {within("n.entered_at", question.days, question.zone)})"""
    return f"""(
      select s.record_id, min(s.entered_at) filter (where s.stage_id = any(%(entry)s)) as entered_at,
             {reached} as reached_at
      from lifecycle_stagestay s where s.workspace_id = %(ws)s and {near}
      group by s.record_id) c
    join lifecycle_record r on r.workspace_id = %(ws)s and r.id = c.record_id"""


def conversion(question: Question) -> Statement:
    """By cohort: the day is that of entering A (`from`), whenever B (`to`) was reached."""
    entered, reached = day_of("c.entered_at"), day_of("c.reached_at")
    columns = select(
        record_id="c.record_id",
        member_id="r.owner_id",
        day=entered,
        numerator="(c.reached_at is not null)::int",
        measure=f"case when c.reached_at is not null then greatest({reached} - {entered}, 0) end",
    )
    entry: list[UUID] = question.stages(question.parameters.from_)
    return question.statement(
        f"select {columns} from {cohort(question, has_goal=True)} where c.entered_at is not null",
        entry=entry,
        goal=question.stages(question.parameters.to),
    )
