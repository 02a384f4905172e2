-- Count journeys by step of the funnel and by the value of a segment, with what they were worth when they came there.
--
-- places:
--   journeys: the journeys, each once for a step
--   joins: what the segments look at, beside the journey `x`
--   filter: what the journeys must have
--   value: the value of the segment
-- parts:
--   converted: their worth in the reporting currency
-- columns:
--   place: the step
--   value: the value
--   number: how many they are
--   worth: what they are worth
--   unconverted: how many have money without a rate
select
    kept.place,
    kept.value,
    count(*) as number,
    coalesce(sum(money.amount), 0) as worth,
    sum(money.unconverted) as unconverted
from (
    select
        x.*,
        /*{value*/ '' /*}*/ as value
    from (
        /*{journeys*/
        select
            s.*, 0 as place, 0 as furthest, current_date as day, current_date as came_on, s.record_id as came_by,
            s.stage_id as closed_in, s.reason_key as reason, s.amount as worth
        from lifecycle_stagestay s /*}*/
    ) x /*{joins}*/
    where /*{filter*/ true /*}*/
) kept
cross join lateral (select kept.worth as amount, kept.currency, kept.came_on as day) m
cross join lateral (/*{converted*/ select m.amount, 1 as amounts, 0 as unconverted, '' as cause /*}*/) money
group by kept.place, kept.value
