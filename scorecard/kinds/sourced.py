"""Marketing-sourced pipeline: opportunities that came from a lead, of all, by amount. The day is that of opening."""

from scorecard.kinds.base import Question, Statement, day_of, select
from scorecard.kinds.conversion import cohort


def sourced(question: Question) -> Statement:
    """`by: count` counts opportunities; otherwise their amounts are added up, a blank amount as nothing."""
    weight = "1" if question.parameters.by == "count" else "coalesce(r.amount, 0)"
    columns = select(
        record_id="c.record_id",
        member_id="r.owner_id",
        day=day_of("c.entered_at"),
        numerator=f"case when o.kind = 'lead' then {weight} else 0 end",
        denominator=weight,
    )
    return question.statement(
        f"""
    select {columns} from {cohort(question, has_goal=False)}
    left join lifecycle_record o on o.workspace_id = %(ws)s and o.id = r.origin_id
    where c.entered_at is not null""",
        entry=question.stages(question.parameters.pipeline),
    )
