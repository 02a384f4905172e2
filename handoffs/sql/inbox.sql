-- List what is somebody's to answer, and what waits in a queue of their side: what a ladder raised first, then what is
-- due first. The keys are chosen before anything else is looked up.
--
-- parameters:
--   workspace uuid: the tenant
--   member uuid: whose inbox it is
--   most int: how many at most
-- parts:
--   calm: the planner's own mind
-- columns:
--   id: the handoff
--   number: its number
--   seam_id: the seam
--   record: the record, as the row tells it: name, address, source, score, amount, currency, and the company's name
--   queue: the label of the pool it waits in, or null
--   due_at: when it must be answered
--   paused_until: until when its clocks stand still
--   breached_at: the due time that was missed first
--   packet: JSON, what was handed over with it
--   sla_line: the key of the SLA line that was met, or ''
--   hours_id: the hours of whoever has it, or null for the seam's
--   blueprint_version: the version that it was offered under
--   priority: how often its ladder raised it
with calm as materialized (/*{calm*/ select '' as seqscan /*}*/),
waiting as (
    select
        h.id,
        h.priority,
        h.due_at,
        h.number
    from handoffs_handoff h
    where h.workspace_id = %(workspace)s and h.assignee_id = %(member)s and h.state = 'offered'
    union all
    select
        h.id,
        h.priority,
        h.due_at,
        h.number
    from handoffs_handoff h
    join handoffs_pool p on p.workspace_id = %(workspace)s and p.id = h.queue_id
    where
        h.workspace_id = %(workspace)s and h.assignee_id is null and h.state = 'offered'
        and p.function in (
            select t.function
            from workspaces_teamseat s
            join workspaces_team t on t.workspace_id = s.workspace_id and t.id = s.team_id
            where s.workspace_id = %(workspace)s and s.member_id = %(member)s
        )
),
chosen as materialized (
    select id
    from waiting
    order by priority desc, due_at, number
    limit %(most)s
)
select
    h.id,
    h.number,
    h.seam_id,
    array[
        record.name, record.email, record.source, record.score::text, record.amount::text, record.currency, account.name
    ] as record,
    queue.label as queue,
    h.due_at,
    h.paused_until,
    h.breached_at,
    h.packet,
    h.sla_line,
    h.hours_id,
    h.blueprint_version,
    h.priority
from chosen
join handoffs_handoff h on h.workspace_id = %(workspace)s and h.id = chosen.id
join lifecycle_record record on record.workspace_id = %(workspace)s and record.id = h.record_id
left join lifecycle_account account on account.workspace_id = %(workspace)s and account.id = record.account_id
left join handoffs_pool queue on queue.workspace_id = %(workspace)s and queue.id = h.queue_id
where (select seqscan from calm) is not null
order by h.priority desc, h.due_at, h.number
