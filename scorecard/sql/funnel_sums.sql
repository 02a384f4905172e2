-- Add up what is kept of the funnel, and what is counted now, for a period and one cohort.
--
-- parameters:
--   workspace uuid: the tenant
--   series uuid: the funnel's series, or null
--   segment text: the cohort, and what it is split by
--   key text: the key of a step and the value it is split by, or null for all
--   first_day date: the first day of the period
--   last_day date: its last day
--   until date: the last day on which they came there
--   by_beginning boolean: whether those count that began in the period
--   by_day boolean: whether each day of the period is told
-- places:
--   kept: the days that are not counted now, of k.day
--   live: the sums of those that are
-- columns:
--   segment_value: the key of the step, and the value it is split by
--   day: the day they count on, or null
--   number: how many they are
--   worth: what they are worth
--   unconverted: how many have money without a rate
--   came_on: the days on which they came there
with sums as (
    select
        k.day,
        k.segment_value,
        k.distribution
    from scorecard_reading k
    where
        k.workspace_id = %(workspace)s and k.series_id = %(series)s and k.segment = %(segment)s
        and k.day between %(first_day)s and %(until)s and /*{kept*/ true /*}*/
    union all
    select
        l.day,
        l.segment_value,
        l.distribution
    from (/*{live*/ select * from scorecard_reading where false /*}*/) l
    where l.segment = %(segment)s
)
select
    sums.segment_value,
    case when %(by_day)s then counted.day end as day,
    sum((since.told ->> 0)::int) as number,
    sum((since.told ->> 1)::numeric) as worth,
    sum((since.told ->> 2)::int) as unconverted,
    array_agg(distinct sums.day) filter (where %(by_day)s) as came_on
from sums
cross join lateral jsonb_each(sums.distribution) since (days, told)
cross join lateral (select sums.day - case when %(by_beginning)s then since.days::int else 0 end as day) counted
where
    (%(key)s::text is null or sums.segment_value = %(key)s)
    and case
        when %(by_beginning)s then counted.day between %(first_day)s and %(last_day)s
        else since.days = '-1' or sums.day - since.days::int < %(first_day)s
    end
group by 1, 2
