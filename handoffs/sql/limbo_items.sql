-- List what is in limbo, longest waiting first, and say how much there is of each cause: both of one look, which costs
-- as much as what stands at seams. There is always a row; without an id it holds no item.
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
--   counts: of the whole list, or of the seam, how many wait for each reason, the longest waiting first
--   oldest_at: since when the oldest of them waits
with items as materialized (
    /*{limbo*/ select h.*, 0 as rank, h.assignee_id as holder_id from handoffs_handoff h /*}*/
),
counted as (
    select
        coalesce(json_object_agg(cause, number order by oldest_at, cause), '{}') as counts,
        min(oldest_at) as oldest_at
    from (
        select
            cause,
            count(*) as number,
            min(since) as oldest_at
        from items
        where %(seam)s::uuid is null or seam_id = %(seam)s
        group by cause
    ) of_cause
),
page as (
    select * from items
    where
        (%(ids)s::uuid[] is null or id = any(%(ids)s::uuid[]))
        and (%(cause)s::text is null or cause = %(cause)s)
        and (%(seam)s::uuid is null or seam_id = %(seam)s)
        and (%(after_at)s::timestamptz is null or (since, id) > (%(after_at)s, %(after_id)s))
    order by since, id
    limit %(most)s
)
select
    page.noun,
    page.cause,
    page.id,
    named.number,
    named.record_number,
    named.name,
    page.seam_id,
    holder.name as holder,
    page.since,
    named.next_at,
    counted.counts,
    counted.oldest_at
from counted
left join page on true
left join workspaces_member holder on holder.workspace_id = %(workspace)s and holder.id = page.holder_id
left join lateral (
    select
        r.number,
        r.number as record_number,
        r.name,
        (
            select h.again_at from handoffs_handoff h
            where
                h.workspace_id = %(workspace)s and h.record_id = r.id and h.seam_id = page.seam_id
                and h.answered_at >= r.entered_stage_at
            order by h.offered_at desc, h.answered_at desc
            limit 1
        ) as next_at
    from lifecycle_record r
    where page.noun = 'record' and r.workspace_id = %(workspace)s and r.id = page.id
    union all
    select
        h.number,
        r.number as record_number,
        r.name,
        case when page.cause in ('queue', 'unmatched') then h.again_at else c.next_rung_at end as next_at
    from handoffs_handoff h
    join lifecycle_record r on r.workspace_id = %(workspace)s and r.id = h.record_id
    left join handoffs_clock c
        on c.workspace_id = %(workspace)s and c.handoff_id = h.id and c.kind = 'answer' and c.stopped_at is null
    where page.noun = 'handoff' and h.workspace_id = %(workspace)s and h.id = page.id
    union all
    select
        k.number,
        r.number as record_number,
        k.title as name,
        null as next_at
    from handoffs_task k
    left join lifecycle_record r on r.workspace_id = %(workspace)s and r.id = k.record_id
    where page.noun = 'task' and k.workspace_id = %(workspace)s and k.id = page.id
) named on true
order by page.since, page.id
