"""What the closing of deals tells: win rate, average won deal, sales cycle. The day is that of closing."""

from scorecard.kinds.base import Question, Statement, day_of, select, within

CYCLE = f"greatest(c.day - {day_of('r.opened_at')}, 0)"


def closing(question: Question, *, only_won: bool = False) -> tuple[str, dict[str, object]]:
    """Closings `c` (record_id, stage_id, day, is_won) beside their records `r`.

    A closing is the entry into a won or lost stage from a stage of another category; one that was corrected straight
    into the opposite category does not count. A deal that is reopened and closed again has closed twice."""
    stages = question.pipeline_stages
    ids = {category: [s.id for s in stages if s.category == category] for category in ("won", "lost")}
    sql = f"""(
      select s.record_id, s.stage_id, s.stage_id = any(%(won)s) as is_won, {day_of("s.entered_at")} as day
      from lifecycle_stagestay s
      where s.workspace_id = %(ws)s and s.stage_id = any(%(closed)s)
        and {within("s.entered_at", question.days, question.zone)}
        and not coalesce(s.from_stage_id = any(
          case when s.stage_id = any(%(won)s) then %(won)s::uuid[] else %(lost)s::uuid[] end), false)
        and (s.exited_at is null or not exists (
          select 1 from lifecycle_stagestay n
          where n.workspace_id = %(ws)s and n.record_id = s.record_id and n.entered_at = s.exited_at and n.id <> s.id
            and n.from_stage_id = s.stage_id
            and n.stage_id = any(case when s.stage_id = any(%(won)s) then %(lost)s::uuid[] else %(won)s::uuid[] end)))
    ) c join lifecycle_record r on r.workspace_id = %(ws)s and r.id = c.record_id"""
    closed = ids["won"] if only_won else ids["won"] + ids["lost"]
    return sql, {"won": ids["won"], "lost": ids["lost"], "closed": closed}


def win_rate(question: Question) -> Statement:
    """Won, of won and lost."""
    columns = select(record_id="c.record_id", member_id="r.owner_id", day="c.day", numerator="c.is_won::int")
    source, params = closing(question)
    return question.statement(f"select {columns} from {source}", **params)


def average_deal(question: Question) -> Statement:
    """Won amount per won deal."""
    amount = "coalesce(r.amount, 0)"
    columns = select(record_id="c.record_id", member_id="r.owner_id", day="c.day", numerator=amount)
    source, params = closing(question, only_won=True)
    return question.statement(f"select {columns} from {source}", **params)


def cycle(question: Question) -> Statement:
    """Calendar days from the opening of the deal to closed won."""
    columns = select(record_id="c.record_id", member_id="r.owner_id", day="c.day", numerator=CYCLE, measure=CYCLE)
    source, params = closing(question, only_won=True)
    return question.statement(f"select {columns} from {source}", **params)
