"""What stands behind the funnel: the journeys that entered a step, and one seam in full."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from core.errors import NotFound
from core.tenancy.scope import here
from scorecard.kinds.base import day_of, on_days, within
from scorecard.queries.boards import Board
from scorecard.queries.funnel import ORIGINS, ROOT, Line, Step, counted, lines_of, steps_of
from scorecard.queries.rows import PAGE
from scorecard.rules.days import Days
from scorecard.rules.periods import Period


@dataclass(frozen=True)
class Traveller:
    """A record that entered a step."""

    number: int
    name: str
    kind: str
    stage: str
    owner: str
    entered_on: date


STEP_ROWS = """
select distinct on ({root}) {root} as root, s.record_id, {day} as day
from lifecycle_stagestay s
  {origins}
where s.workspace_id = %(ws)s and s.stage_id = any(%(stages)s) and {within} and {exact}
order by {root}, s.entered_at desc, s.record_id desc
"""
STEP_LIST = """
select r.number, r.name, r.kind, st.label, coalesce(m.name, ''), t.day
from ({rows}) t join lifecycle_record r on r.workspace_id = %(ws)s and r.id = t.record_id
join lifecycle_stage st on st.workspace_id = %(ws)s and st.id = r.stage_id
left join workspaces_member m on m.workspace_id = %(ws)s and m.id = r.owner_id
order by t.day desc, r.number desc limit %(limit)s offset %(offset)s
"""


def step_rows(
    board: Board, period: Period, key: str, *, page: int = 1, limit: int = PAGE
) -> tuple[Step, list[Traveller]]:
    """The journeys behind a step, newest first, one row each. Two queries. Raises NotFound."""
    step = next((each for each in steps_of(board) if each.key == key), None)
    if step is None:
        raise NotFound()
    (step,) = counted(board, period, [step])
    days = Days.between(period.first, period.last)
    exact, params = on_days(day_of("s.entered_at"), days)
    rows = STEP_ROWS.format(
        root=ROOT,
        day=day_of("s.entered_at"),
        origins=ORIGINS,
        within=within("s.entered_at", days, board.zone),
        exact=exact,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            STEP_LIST.format(rows=rows),
            {
                **params,
                "ws": here(),
                "zone": str(board.zone),
                "stages": list(step.stage_ids),
                "limit": limit,
                "offset": (max(1, page) - 1) * limit,
            },
        )
        return step, [Traveller(*row) for row in cursor.fetchall()]


@dataclass(frozen=True)
class Late:
    """An open handoff past its due time."""

    number: int
    record_name: str
    record_number: int
    assignee: str
    due_at: datetime


@dataclass(frozen=True)
class SeamPage:
    """A seam with what was refused and why, and what is late now."""

    line: Line
    reasons: tuple[tuple[str, int, bool], ...]
    breaches: tuple[Late, ...]
    metric_keys: tuple[str, ...]


REASONS = """
select coalesce(c.label, ''), count(*) from handoffs_handoff h
left join handoffs_reasoncode c on c.workspace_id = %(ws)s and c.id = h.reason_id
where h.workspace_id = %(ws)s and h.seam_id = %(seam)s and h.state = 'rejected' and {within} and {exact}
group by 1 order by 2 desc, 1
"""
BREACHES = """
select h.number, r.name, r.number, coalesce(m.name, ''), h.due_at
from handoffs_handoff h
join lifecycle_record r on r.workspace_id = %(ws)s and r.id = h.record_id
left join workspaces_member m on m.workspace_id = %(ws)s and m.id = h.assignee_id
where h.workspace_id = %(ws)s and h.seam_id = %(seam)s and h.state = 'offered' and h.due_at <= %(at)s
order by h.due_at limit 100
"""


def seam_page(board: Board, period: Period, key: str) -> SeamPage:
    """One seam in full, in five queries. Raises NotFound."""
    line = next((each for each in lines_of(board, period) if each.seam.key == key), None)
    if line is None:
        raise NotFound()
    days = Days.between(period.first, period.last)
    exact, params = on_days(day_of("h.offered_at"), days)
    params |= {"ws": here(), "zone": str(board.zone), "seam": line.seam.id, "at": board.at}
    with connection.cursor() as cursor:
        cursor.execute(REASONS.format(within=within("h.offered_at", days, board.zone), exact=exact), params)
        reasons = tuple((label or "Without a reason", count, bool(label)) for label, count in cursor.fetchall())
        cursor.execute(BREACHES, params)
        breaches = tuple(Late(*row) for row in cursor.fetchall())
    keys = tuple(metric.key for metric in board.metrics.metrics if metric.parameters.get("seam") == key)
    return SeamPage(line, reasons, breaches, keys)
