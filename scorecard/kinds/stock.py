"""What is open. Counted as flows, +1 on the day a record enters an open stage and −1 on the day it leaves, so that the
sum of all days up to a day is what was open at its end; the sum of entry days beside it gives their age."""

from scorecard.kinds.base import Question, Statement, day_of, select, within
from scorecard.kinds.closings import CYCLE, closing
from scorecard.kinds.conversion import EVERY

SINCE_EPOCH = "({day} - date '2000-01-01')"


def velocity(question: Question) -> Statement:
    """Closings with the won amount aside and the cycle as measure; openings and endings as stock."""
    source, params = closing(question)
    closings = select(
        record_id="c.record_id",
        member_id="r.owner_id",
        day="c.day",
        numerator="c.is_won::int",
        aside="case when c.is_won then coalesce(r.amount, 0) else 0 end",
        measure=f"case when c.is_won then {CYCLE} end",
    )
    entries = select(record_id="s.record_id", member_id="r.owner_id", day="s.day", denominator="0", stock="s.change")
    return question.statement(
        f"""
    select {closings} from {source}
    union all
    select {entries}
    from ({_flows(question)}) s join lifecycle_record r on r.workspace_id = %(ws)s and r.id = s.record_id""",
        **params,
        **_ids(question),
    )


def aging(question: Question) -> Statement:
    """Stays in open stages: who came, who went and after how many days."""
    entered = SINCE_EPOCH.format(day="s.entered_on")
    columns = select(
        record_id="s.record_id",
        member_id="r.owner_id",
        stage_id="s.stage_id",
        day="s.day",
        denominator="0",
        stock="s.change",
        stock_days=f"s.change * {entered}",
        measure="case when s.change < 0 then s.day - s.entered_on end",
    )
    return question.statement(
        f"select {columns} from ({_flows(question)}) s "
        "join lifecycle_record r on r.workspace_id = %(ws)s and r.id = s.record_id",
        **_ids(question),
    )


def _ids(question: Question) -> dict[str, object]:
    return {
        "open": [stage.id for stage in question.pipeline_stages if stage.is_open],
        "any_stage": list(question.lifecycle.stages_by_id),
    }


def _flows(question: Question) -> str:
    """Entries and exits of open stages. A stay ends when the record's next begins, so exits near the days asked are
    those of records that entered something then: entries are indexed, exits are not."""
    entered = within("o.entered_at", question.days, question.zone)
    exited = within("o.exited_at", question.days, question.zone)
    if question.days.spans == EVERY:
        left = "o.stage_id = any(%(open)s)"
    else:  # array_position: the stays of these records are to be found by record, never by stage
        moved = within("n.entered_at", question.days, question.zone)
        left = f"""array_position(%(open)s::uuid[], o.stage_id) is not null and o.record_id in (
      select n.record_id from lifecycle_stagestay n
      where n.workspace_id = %(ws)s and n.stage_id = any(%(any_stage)s) and {moved})"""
    entry_day = day_of("o.entered_at")
    return f"""
    select o.record_id, o.stage_id, {entry_day} as day, {entry_day} as entered_on, 1 as change
    from lifecycle_stagestay o
    where o.workspace_id = %(ws)s and o.stage_id = any(%(open)s) and {entered}
    union all
    select o.record_id, o.stage_id, {day_of("o.exited_at")}, {entry_day}, -1
    from lifecycle_stagestay o
    where o.workspace_id = %(ws)s and o.exited_at is not null and {exited} and {left}"""
