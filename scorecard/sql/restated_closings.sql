-- List what was restated of the closings that a metric tells of, and by how much what was won changed. It counts where
-- either side does: what went from one owner to another is of both.
--
-- parameters:
--   only_last boolean: whether a closing that was left counts no more
--   won uuid[]: the stages in which something is won
-- places:
--   joins: what the segments and the filter look at, beside the side `x`
--   days: exactly the days asked
--   filter: what the sides must have
-- parts:
--   restated_sides: the closings as they were and as they are
--   converted: the amount in the reporting currency
-- columns:
--   id: the restatement
--   day: the day it counts on
--   money: how much more was won
select
    x.id,
    x.day,
    coalesce(sum(case when x.is_after then money.amount else -money.amount end), 0) as money
from (
    select x.*
    from (
        /*{restated_sides*/
        select
            t.*, t.stage_id as closed_in, true as is_left, true as is_after, true as is_counted,
            current_date as closed_on, current_date as day, 0 as worth, '' as currency
        from lifecycle_restatement t /*}*/
    ) x /*{joins}*/
    where x.is_counted and /*{days*/ true /*}*/ and /*{filter*/ true /*}*/
) x
cross join
    lateral (
        select
            case
                when x.closed_in = any(%(won)s) and not (x.is_after and x.is_left and %(only_last)s) then x.worth
            end as amount,
            x.currency,
            x.closed_on as day
    ) m
cross join lateral (/*{converted*/ select m.amount, 1 as amounts, 0 as unconverted, '' as cause /*}*/) money
group by x.id, x.day
