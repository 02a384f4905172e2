-- Count open handoffs past their due time by the day they were offered on.
--
-- parts:
--   offers: the handoffs that are late
-- places:
--   joins: what the filters look at, beside the handoff `x`
--   days: exactly the days asked, of x.day
--   filter: what they must have
-- columns:
--   day: the day of the offer
--   number: how many
select
    x.day,
    count(*) as number
from (
    /*{offers*/
    select
        h.*, h.assignee_id as member_id, h.offered_at::date as day
    from handoffs_handoff h /*}*/
) x /*{joins}*/
where /*{days*/ x.day is not null /*}*/ and /*{filter*/ true /*}*/
group by x.day
