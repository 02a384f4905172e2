-- Tell handoffs as lists show them, newest first. Who and what belongs to each is looked up by itself: ten tables that
-- are joined take longer to plan than to read.
--
-- parameters:
--   workspace uuid: the tenant
--   handoffs uuid[]: the handoffs, where nothing else is put at `keys`
--   most int: how many at most
-- places:
--   keys: an array of their ids
-- parts:
--   calm: the planner's own mind
-- columns:
--   id: the handoff
--   number: its number
--   seam_id: the seam
--   state: how it stands
--   record: number, kind, name and address of its record, and the company's name
--   assignee: who has it: name and address
--   queue: the pool it waits in: key and label
--   team: its team's key
--   offered_at: when it was offered
--   offered_by: who did: name and address
--   due_at: when it must be answered
--   touch_due_at: when it must be touched first
--   paused_until: until when its clocks stand still
--   breached_at: the due time that was missed first
--   answered_at: when it was answered
--   answered_by: who did: name and address
--   first_touched_at: when it was touched first
--   reason: the key of the reason for which it was refused
--   note: what was said
--   packet: JSON, what was handed over with it
--   gaps: JSON, keys of the items that were missing
--   result: the number of the record that accepting made
--   clock_run: how often its clock started
--   sla_line: the key of the SLA line that was met, or ''
--   hours_id: the hours of whoever has it, or null for the seam's
--   blueprint_version: the version that it was offered under
--   priority: how often its ladder raised it
with calm as materialized (/*{calm*/ select '' as seqscan /*}*/),
-- Found by their ids first: sorted and cut off at once, the planner would walk all handoffs in their order.
chosen as materialized (
    select * from handoffs_handoff
    where workspace_id = %(workspace)s and id = any(/*{keys*/ %(handoffs)s /*}*/)
)
select
    h.id,
    h.number,
    h.seam_id,
    h.state,
    (
        select array[r.number::text, r.kind, r.name, r.email, a.name]
        from lifecycle_record r
        left join lifecycle_account a on a.workspace_id = r.workspace_id and a.id = r.account_id
        where r.workspace_id = h.workspace_id and r.id = h.record_id
    ) as record,
    (
        select array[m.name, m.email] from workspaces_member m
        where m.workspace_id = h.workspace_id and m.id = h.assignee_id
    ) as assignee,
    case
        when h.queue_id is not null
            then (
                select array[p.key, p.label] from handoffs_pool p
                where p.workspace_id = h.workspace_id and p.id = h.queue_id
            )
    end as queue,
    (
        select t.key from workspaces_team t
        where t.workspace_id = h.workspace_id and t.id = h.team_id
    ) as team,
    h.offered_at,
    (
        select array[m.name, m.email] from workspaces_member m
        where m.workspace_id = h.workspace_id and m.id = h.offered_by_id
    ) as offered_by,
    h.due_at,
    h.touch_due_at,
    h.paused_until,
    h.breached_at,
    h.answered_at,
    case
        when h.answered_by_id is not null
            then (
                select array[m.name, m.email] from workspaces_member m
                where m.workspace_id = h.workspace_id and m.id = h.answered_by_id
            )
    end as answered_by,
    h.first_touched_at,
    case
        when h.reason_id is not null
            then (
                select c.key from handoffs_reasoncode c
                where c.workspace_id = h.workspace_id and c.id = h.reason_id
            )
    end as reason,
    h.note,
    h.packet,
    h.gaps,
    case
        when h.result_id is not null
            then (
                select r.number from lifecycle_record r
                where r.workspace_id = h.workspace_id and r.id = h.result_id
            )
    end as result,
    h.clock_run,
    h.sla_line,
    h.hours_id,
    h.blueprint_version,
    h.priority
from calm
cross join chosen h
order by h.offered_at desc, h.id desc
limit %(most)s
