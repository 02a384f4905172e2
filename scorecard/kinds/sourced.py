"""Marketing-sourced pipeline: opportunities that came from a lead, of all, by amount. The day is that of opening."""

from scorecard.kinds.base import Question, Statement, day_of, select
from scorecard.kinds.conversion import entering


def sourced(question: Question) -> Statement:
    """`by: count` counts opportunities; otherwise their amounts are added up, a blank amount as nothing."""
    weight = "1" if question.metric.parameters.get("by") == "count" else "coalesce(r.amount, 0)"
    columns = select(
        record_id="c.record_id",
        member_id="r.owner_id",
        day="c.day",
        numerator=f"case when o.kind = 'lead' then {weight} else 0 end",
        denominator=weight,
    )
    return question.statement(
        f"""
    select {columns}
    from (select a.record_id, {day_of("a.entered_at")} as day from {entering(question)}) c
    join lifecycle_record r on r.workspace_id = %(ws)s and r.id = c.record_id
    left join lifecycle_record o on o.workspace_id = %(ws)s and o.id = r.origin_id""",
        entry=question.stages(question.metric.parameters["pipeline"]),
    )
