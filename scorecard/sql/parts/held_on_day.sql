-- Find whose the record of a sample `x` was on its day, where it came from and what it was worth: by the stay it stood
-- in at the end of that day, or its first one where that came later, and by what changed hands meanwhile.
--
-- parameters:
--   workspace uuid: the tenant
--   zone text: the workspace's time zone
-- columns:
--   owner_id: whose it counts as: who did something, else the record's owner then
--   team_id: which team's the record was
--   source: where it came from
--   worth: what it was worth
--   currency: in which currency
select
    coalesce(x.member_id, case when hand.at is null then stay.owner_id else hand.owner_after end) as owner_id,
    case when hand.at is null then stay.team_id else hand.team_after end as team_id,
    stay.source,
    stay.amount as worth,
    stay.currency
from (
    select
        y.*,
        (y.entered_at at time zone %(zone)s)::date <= x.day as is_past
    from lifecycle_stagestay y
    where y.workspace_id = %(workspace)s and y.record_id = x.record_id
    order by
        is_past desc,
        case when (y.entered_at at time zone %(zone)s)::date <= x.day then y.entered_at end desc,
        -- of several that began at one moment, as files tell days only, the one that lasted is the last
        case when (y.entered_at at time zone %(zone)s)::date <= x.day then coalesce(y.exited_at, 'infinity') end desc,
        y.entered_at, y.exited_at, y.id
    limit 1
) stay
left join lateral (
    select
        c.at,
        c.owner_after,
        c.team_after
    from lifecycle_staychange c
    where
        c.workspace_id = %(workspace)s and c.record_id = x.record_id and c.stay_id = stay.id
        and (c.at at time zone %(zone)s)::date <= x.day
    order by c.at desc
    limit 1
) hand on true
