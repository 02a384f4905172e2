-- Say for each record what came back: the last handoff of this stay that was returned or recalled, who gave the record
-- up at the seam, and how often it was returned.
--
-- parameters:
--   workspace uuid: the tenant
--   seam uuid: the seam
--   records uuid[]: the records
--   barred_days int: for how many days who gave it up is not asked, or null: while it stands there
--   at timestamptz: the moment
-- parts:
--   gave_up: who gave it up
-- columns:
--   record_id: one of the records
--   handoff_id: its last handoff that came back, or null
--   number: the number of that handoff
--   offered_by_id: who offered it
--   packet: what was handed over with it
--   barred: who gave it up
--   returns: how often it was returned
select
    r.id as record_id,
    last.id as handoff_id,
    last.number,
    last.offered_by_id,
    last.packet,
    gave_up.barred,
    gave_up.returns
from unnest(%(records)s::uuid[]) named (id)
join lifecycle_record r on r.workspace_id = %(workspace)s and r.id = named.id
left join lateral (
    select
        h.id,
        h.number,
        h.offered_by_id,
        h.packet
    from handoffs_handoff h
    where
        h.workspace_id = %(workspace)s and h.record_id = r.id and h.seam_id = %(seam)s
        and h.state in ('rejected', 'recalled') and h.answered_at >= r.entered_stage_at
    order by h.offered_at desc, h.number desc
    limit 1
) last on true
cross join
    lateral (
        select
            r.id as record_id,
            %(seam)s::uuid as seam_id,
            case
                when %(barred_days)s is null then r.entered_stage_at
                else %(at)s - make_interval(days => %(barred_days)s)
            end as since,
            %(barred_days)s is not null as is_wide
    ) asked
cross join lateral (
    /*{gave_up*/
    select
        array[asked.record_id] as barred,
        0 as returns
/*}*/
) gave_up
