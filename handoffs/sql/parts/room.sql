-- Say how many more handoffs the outer `taker (member_id, cap, is_counted)` takes, by the cap on what they have open
-- and by those on what they are given in a day and in a week of theirs, whatever it comes from. Open ones are counted
-- no further than the cap, and not at all where nothing asks for them.
--
-- parameters:
--   workspace uuid: the tenant
--   at timestamptz: the moment
-- columns:
--   open_count: their open handoffs, where they have a cap or they are counted
--   room: how many more they take, or null for any number
--   why_full: full, full today or full this week; or null
--   skills: what they know, or null
--   ramp_days: in how many days their weight grows, or null
--   ramp_day: which of these days it is, or null; none began before the first
select
    held.open_count,
    least(
        taker.cap - held.open_count, capacity.day_cap - lately.today, capacity.week_cap - lately.this_week
    ) as room,
    case
        when held.open_count >= taker.cap then 'full'
        when lately.today >= capacity.day_cap then 'full today'
        when lately.this_week >= capacity.week_cap then 'full this week'
    end as why_full,
    capacity.skills,
    capacity.ramp_days,
    (%(at)s at time zone capacity.time_zone)::date - capacity.starts_on + 1 as ramp_day
from (select 1) one
left join handoffs_capacity capacity
    on capacity.workspace_id = %(workspace)s and capacity.member_id = taker.member_id
left join lateral (
    select count(*) as open_count
    from (
        select from handoffs_handoff h
        where h.workspace_id = %(workspace)s and h.assignee_id = taker.member_id and h.state = 'offered'
        limit taker.cap
    ) open
    where taker.cap is not null or taker.is_counted
) held on true
left join lateral (
    select
        date_trunc('day', %(at)s at time zone capacity.time_zone) at time zone capacity.time_zone as today,
        date_trunc('week', %(at)s at time zone capacity.time_zone) at time zone capacity.time_zone as this_week
    where capacity.day_cap is not null or capacity.week_cap is not null
    offset 0 -- a fence: row security keeps what is computed of other rows out of an index, but not what was computed
) since on true
left join lateral (
    select
        count(*) filter (where a.at >= since.today) as today,
        count(*) as this_week
    from handoffs_assignment a
    where
        a.workspace_id = %(workspace)s and a.member_id = taker.member_id
        and a.at >= case when capacity.week_cap is null then since.today else since.this_week end
        and a.cause <> 'undone' -- which gave back what they had
) lately on true
