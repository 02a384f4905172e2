"""Each identity as one statement that finds where it is broken: rows named `what`, none when it holds.

`%(ws)s` is the workspace; `%(grace)s` seconds that the clocks may be late before it counts; `%(answers)s` the events
that answer a handoff, `%(steps)s` those that tell a step of a ladder."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Identity:
    """A key, the sentence that must be true, and the question that finds exceptions."""

    key: str
    sentence: str
    broken: str


IMPORTS = Identity(
    "rows_in",
    "Rows in = created + updated + unchanged + rejected, for every file; each rejected row is kept",
    """
    select 'import ' || i.number as what from lifecycle_import i
    left join (select of_id, count(*) as kept from lifecycle_rejection
               where workspace_id = %(ws)s and of_id is not null group by 1) r on r.of_id = i.id
    where i.workspace_id = %(ws)s and (
      i.done_rows <> i.created_count + i.updated_count + i.unchanged_count + i.rejected_count
      or i.rejected_count <> coalesce(r.kept, 0)
      or i.state = 'finished' and i.done_rows <> i.total_rows)
    """,
)

ONE_OPEN_STAY = Identity(
    "one_open_stay",
    "Every record has exactly one open stay, and it is the record's stage, pipeline and entry",
    """
    select 'record ' || r.number as what from lifecycle_record r
    left join (select record_id, count(*) as open, min(stage_id::text) as stage, min(pipeline_id::text) as pipeline,
                 min(entered_at) as entered_at
               from lifecycle_stagestay where workspace_id = %(ws)s and exited_at is null group by 1) s
      on s.record_id = r.id
    where r.workspace_id = %(ws)s and (s.open is distinct from 1 or s.stage is distinct from r.stage_id::text
      or s.pipeline is distinct from r.pipeline_id::text or s.entered_at is distinct from r.entered_stage_at)
    """,
)

# Stays of no length share a moment; among those the order of writing decides, which ids keep.
CHAIN_OF_STAYS = Identity(
    "chain_of_stays",
    "The stays of a record follow each other: each begins where the one before it ended",
    """
    select distinct 'record ' || r.number as what from (
      select record_id, entered_at, exited_at,
        lag(exited_at) over chain as former_exit, lag(id) over chain as former
      from lifecycle_stagestay where workspace_id = %(ws)s
      window chain as (partition by record_id order by entered_at, coalesce(exited_at, 'infinity'), id)) s
    join lifecycle_record r on r.id = s.record_id
    where s.exited_at < s.entered_at or s.former is not null and s.former_exit is distinct from s.entered_at
    """,
)

CHAIN_OF_ASSIGNMENTS = Identity(
    "chain_of_assignments",
    "The assignments of a handoff follow each other; only the last may be open, and it is who has the handoff",
    """
    select distinct 'handoff ' || h.number as what from handoffs_handoff h
    left join (
      select handoff_id, at, ended_at, member_id,
        lag(ended_at) over chain as former_end, lag(id) over chain as former,
        lead(id) over chain as next
      from handoffs_assignment where workspace_id = %(ws)s
      window chain as (partition by handoff_id order by at, coalesce(ended_at, 'infinity'), id)) a
      on a.handoff_id = h.id
    where h.workspace_id = %(ws)s and (a.handoff_id is null
      or a.ended_at < a.at
      or a.former is not null and (a.former_end is null or a.former_end > a.at)
      or a.next is null and h.state = 'offered'
        and (a.ended_at is not null or a.member_id is distinct from h.assignee_id))
    """,
)

NEVER_NOBODY = Identity(
    "somebody_and_a_due_time",
    "Every open handoff has an active assignee or a queue, and a due time",
    """
    select 'handoff ' || h.number as what from handoffs_handoff h
    left join workspaces_member m on m.id = h.assignee_id
    where h.workspace_id = %(ws)s and h.state = 'offered'
      and (h.due_at is null or h.queue_id is null and m.is_active is not true)
    """,
)

# Read from the ladder and the times that are stored with the handoff, and from nothing that the scan wrote.
STEPS_TAKEN = Identity(
    "due_steps_are_taken",
    "Every step of a ladder that fell due before the answer was taken, once, stamped with the moment it fell due",
    """
    with rungs as (
      select h.id, h.number, h.clock_run, h.answered_at, rung.place - 1 as place,
        (rung.said ->> 'at')::timestamptz as at
      from handoffs_handoff h
      cross join lateral jsonb_array_elements(h.ladder) with ordinality rung (said, place)
      where h.workspace_id = %(ws)s)
    select 'handoff ' || r.number || ', step ' || r.place as what from rungs r
    left join handoffs_escalation e on e.workspace_id = %(ws)s and e.handoff_id = r.id and e.step = r.place
      and e.clock_run = r.clock_run
    where r.at < least(coalesce(r.answered_at, 'infinity'), now() - make_interval(secs => %(grace)s)) and e.id is null
        and not exists (select from operating_setaside s where s.workspace_id = %(ws)s and s.subject_id = r.id)
      or e.id is not null and (e.due_at <> r.at or e.taken_at < r.at)
    """,
)

TOUCHES_TAKEN = Identity(
    "missed_touches_are_taken",
    "Every accepted handoff whose first touch is overdue was escalated for it",
    """
    select 'handoff ' || h.number as what from handoffs_handoff h
    where h.workspace_id = %(ws)s and h.state = 'accepted' and h.first_touched_at is null
      and h.touch_due_at < now() - make_interval(secs => %(grace)s)
      and not exists (select from handoffs_escalation e where e.workspace_id = %(ws)s and e.handoff_id = h.id
        and e.action = 'touch')
      and not exists (select from operating_setaside s where s.workspace_id = %(ws)s and s.subject_id = h.id)
    """,
)

BREACHES = Identity(
    "breaches_are_escalations",
    "A handoff is breached if and only if a step past its due time was taken, or it was answered late",
    """
    select 'handoff ' || h.number as what from handoffs_handoff h
    left join (select handoff_id, count(*) as late from handoffs_escalation
               where workspace_id = %(ws)s and action in ('breach', 'task', 'reassign', 'raise') group by 1) e
      on e.handoff_id = h.id
    where h.workspace_id = %(ws)s and (
      h.breached_at is not null and e.late is null
      or h.breached_at is null and (e.late is not null or h.state <> 'recalled' and h.answered_at > h.due_at))
    """,
)

TASKS = Identity(
    "a_task_each",
    "Every escalation that asks for a task has one with an owner, and no task belongs to two handoffs",
    """
    select 'handoff ' || h.number || ', step ' || e.step as what from handoffs_escalation e
    join handoffs_handoff h on h.id = e.handoff_id
    left join handoffs_task t on t.id = e.task_id
    where e.workspace_id = %(ws)s and e.action in ('task', 'raise', 'touch')
      and (t.id is null or t.assignee_id is null or t.handoff_id is distinct from e.handoff_id)
    """,
)

RECORDS_TOLD = Identity(
    "records_are_told",
    "Every record was created by exactly one event, and every stage it entered is told by one",
    """
    select 'record ' || r.number as what from lifecycle_record r
    left join (select record_id, count(*) filter (where kind = 'record.created') as created,
                 count(*) filter (where kind = 'record.entered_stage') as entered,
                 bool_or(kind = 'record.history_corrected') as is_corrected
               from history_event where workspace_id = %(ws)s and subject_kind = 'record' group by 1) e
      on e.record_id = r.id
    left join (select record_id, count(*) filter (where cause <> 'history') as moves
               from lifecycle_stagestay where workspace_id = %(ws)s group by 1) s on s.record_id = r.id
    where r.workspace_id = %(ws)s and (e.created is distinct from 1
      or e.is_corrected is not true and e.entered is distinct from s.moves)
    """,
)

# Events of older releases name no ids; those say nothing here.
OWNERS_TOLD = Identity(
    "owners_are_told",
    "A record's owner is who the last event about its owner says",
    """
    select 'record ' || r.number as what from lifecycle_record r
    join (select distinct on (record_id) record_id, facts from history_event
          where workspace_id = %(ws)s and kind = 'record.owner_changed' order by record_id, at desc, id desc) e
      on e.record_id = r.id
    where r.workspace_id = %(ws)s and jsonb_exists(e.facts, 'to')
      and e.facts ->> 'to' is distinct from r.owner_id::text
    """,
)

# Former runs of a clock leave no ladder behind; what was told of them stays.
STEPS_TOLD = Identity(
    "steps_are_told",
    "Every step that was taken, of every run of a clock, is told by exactly one event",
    """
    select 'handoff ' || h.number as what from handoffs_handoff h
    left join (select handoff_id, count(*) as taken from handoffs_escalation
               where workspace_id = %(ws)s and action <> 'reassign' group by 1) e on e.handoff_id = h.id
    left join (select subject_id, count(*) as told from history_event
               where workspace_id = %(ws)s and subject_kind = 'handoff' and kind = any(%(steps)s) group by 1) t
      on t.subject_id = h.id
    where h.workspace_id = %(ws)s and e.taken is distinct from t.told
    """,
)

HANDOFFS_TOLD = Identity(
    "handoffs_are_told",
    "Every handoff was offered by one event, answered by one that says its state, and each change of hands is told",
    """
    select 'handoff ' || h.number as what from handoffs_handoff h
    left join (select subject_id, count(*) filter (where kind = 'handoff.offered') as offered,
                 count(*) filter (where kind = any(%(answers)s)) as answered,
                 min(kind) filter (where kind = any(%(answers)s)) as said,
                 count(*) filter (where kind = 'handoff.reassigned') as passed_on
               from history_event where workspace_id = %(ws)s and subject_kind = 'handoff' group by 1) e
      on e.subject_id = h.id
    left join (select handoff_id, count(*) as given from handoffs_assignment where workspace_id = %(ws)s group by 1) a
      on a.handoff_id = h.id
    where h.workspace_id = %(ws)s and (e.offered is distinct from 1
      or e.answered <> case when h.state = 'offered' then 0 else 1 end
      or h.state <> 'offered' and e.said is distinct from 'handoff.' || h.state
      or a.given - 1 is distinct from e.passed_on)
    """,
)

VERSIONS = Identity(
    "published_version",
    "The workspace stands at its newest published version, and versions are numbered without a gap",
    """
    select 'version ' || w.blueprint_version as what from workspaces_workspace w
    left join (select max(number) as newest, count(*) as many from blueprint_blueprintversion
               where workspace_id = %(ws)s) v on true
    where w.id = %(ws)s and (w.blueprint_version <> coalesce(v.newest, 0) or v.many <> w.blueprint_version)
    """,
)

IN_SQL = (
    IMPORTS,
    ONE_OPEN_STAY,
    CHAIN_OF_STAYS,
    CHAIN_OF_ASSIGNMENTS,
    NEVER_NOBODY,
    STEPS_TAKEN,
    TOUCHES_TAKEN,
    BREACHES,
    TASKS,
    STEPS_TOLD,
    RECORDS_TOLD,
    OWNERS_TOLD,
    HANDOFFS_TOLD,
    VERSIONS,
)
