-- Count journeys that were closed from steps of the funnel by the value of a segment, and by where to and why.
--
-- places:
--   journeys: the journeys, each once for a step
--   joins: what the segments look at, beside the journey `x`
--   filter: what the journeys must have
--   value: the value of the segment
-- columns:
--   place: the step
--   value: the value
--   closed_in: the stage they were closed in
--   reason: the key of the reason
--   number: how many they are
select
    x.place,
    /*{value*/ '' /*}*/ as value,
    x.closed_in,
    x.reason,
    count(*) as number
from (
    /*{journeys*/
    select
        s.*, 0 as place, 0 as furthest, current_date as day, current_date as came_on, s.record_id as came_by,
        s.stage_id as closed_in, s.reason_key as reason, s.amount as worth
    from lifecycle_stagestay s /*}*/
) x /*{joins}*/
where /*{filter*/ true /*}*/
group by 1, 2, 3, 4
