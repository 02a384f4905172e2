-- List what is in limbo, longest waiting first.
--
-- parameters:
--   workspace uuid: the tenant
--   ids uuid[]: only these, or null
--   cause text: only what waits for this reason, or null
--   seam uuid: only what belongs to this seam, or null
--   after_at timestamptz: where the page before ended, or null
--   after_id uuid: the last row of the page before, or null
--   most int: how many
-- parts:
--   limbo: what waits for nobody
-- columns:
--   noun: record, handoff or task
--   cause: why it waits
--   id: what waits
--   number: its number
--   record_number: the number of its record
--   name: what it is called
--   seam_id: its seam
--   holder: the name of who holds it
--   since: since when it waits
--   next_at: when it is routed again by itself
with items as materialized (
    /*{limbo*/ select h.*, 0 as rank, h.assignee_id as holder_id from handoffs_handoff h /*}*/
)
select
    items.noun,
    items.cause,
    items.id,
    items.number,
    items.record_number,
    items.name,
    items.seam_id,
    holder.name as holder,
    items.since,
    items.next_at
from items
left join workspaces_member holder on holder.workspace_id = %(workspace)s and holder.id = items.holder_id
where
    (%(ids)s::uuid[] is null or items.id = any(%(ids)s::uuid[]))
    and (%(cause)s::text is null or items.cause = %(cause)s)
    and (%(seam)s::uuid is null or items.seam_id = %(seam)s)
    and (%(after_at)s::timestamptz is null or (items.since, items.id) > (%(after_at)s, %(after_id)s))
order by items.since, items.id
limit %(most)s
