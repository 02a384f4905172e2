-- List both sides of what was restated of some closings: the closing as it was, and as it is. Whose it is, is of the
-- closing, or of the opening where days are those of openings.
--
-- parameters:
--   workspace uuid: the tenant
--   zone text: the workspace's time zone
--   stages uuid[]: the stages of the closings
--   cohort uuid[]: the stages whose first entry is the opening, where days are those of openings
--   known timestamptz: only what was told before, or null
-- places:
--   restated_near: the days asked, as bounds of t.closed_at
-- columns:
--   id: the restatement
--   record_id: the record
--   closed_in: the stage it was closed in
--   stage_id: nothing: closings count in no stage
--   cause: nothing
--   is_left: whether the closing was left
--   is_after: which side
--   is_counted: whether the closing was there
--   closed_on: the day of closing
--   day: the day it counts on
--   taken_on: the same
--   member_id: whose it was
--   team_id: which team's
--   source: where it came from
--   worth: what it was worth
--   currency: in which currency
select
    t.id,
    t.record_id,
    t.stage_id as closed_in,
    null::uuid as stage_id,
    '' as cause,
    t.kind = 'reopened' as is_left,
    side.is_after,
    side.is_counted,
    closing.day as closed_on,
    coalesce(opening.day, closing.day) as day,
    coalesce(opening.day, closing.day) as taken_on,
    case when opening.day is null then side.owner_id else opening.owner_id end as member_id,
    case when opening.day is null then coalesce(stay.team_id, record.team_id) else opening.team_id end as team_id,
    case when opening.day is null then side.source else opening.source end as source,
    side.amount as worth,
    side.currency
from lifecycle_restatement t
cross join lateral (select (t.closed_at at time zone %(zone)s)::date as day) closing
left join lifecycle_stagestay stay
    on stay.workspace_id = %(workspace)s and stay.record_id = t.record_id and stay.id = t.stay_id
left join lifecycle_record record on record.workspace_id = %(workspace)s and record.id = t.record_id
left join lateral (
    select
        (y.entered_at at time zone %(zone)s)::date as day,
        y.owner_id,
        y.team_id,
        y.source
    from lifecycle_stagestay y
    where
        y.workspace_id = %(workspace)s and y.record_id = t.record_id
        and array_position(%(cohort)s::uuid[], y.stage_id) is not null
    order by y.entered_at, y.exited_at, y.id
    limit 1
) opening on true
cross join
    lateral (
        values
        (false, t.is_counted_before, t.owner_before, t.source_before, t.amount_before, t.currency_before),
        (true, t.is_counted_after, t.owner_after, t.source_after, t.amount_after, t.currency_after)
    ) as side (is_after, is_counted, owner_id, source, amount, currency)
where
    t.workspace_id = %(workspace)s and t.stage_id = any(%(stages)s) and /*{restated_near*/ true /*}*/
    and t.at < coalesce(%(known)s::timestamptz, 'infinity')
    and (cardinality(%(cohort)s::uuid[]) = 0 or opening.day is not null)
