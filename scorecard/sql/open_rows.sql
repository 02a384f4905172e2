-- List what came on the days asked and is open at the end of the last day. The measure of what is open is its age in
-- days.
--
-- parameters:
--   value text: the segment's value
--   last_day date: the day at whose end it is open
--   limits jsonb: by stage, after how many days it is late
--   only_late boolean: only what is in its stage for longer than the stage's limit
-- places:
--   samples: the samples of the metric's kind
--   joins: what the segments and the filter look at, beside the sample `x`
--   segments: the segment's name and where the sample is counted
--   days: exactly the days asked, of open.day
--   filter: the metric's filter over the record `r`
-- columns:
--   day: the day it entered its stage
--   numerator: nothing
--   denominator: nothing
--   aside: nothing
--   amounts: nothing
--   unconverted: nothing
--   measure: its age in days
--   cause: nothing
--   record_id: whom it is about
--   handoff_id: nothing
--   member_id: whose it is at the end of the days
--   worth: what it was worth
--   currency: in which currency
--   stage_id: its stage
select
    day,
    0 as numerator,
    0 as denominator,
    0 as aside,
    0 as amounts,
    0 as unconverted,
    %(last_day)s::date - day as measure,
    '' as cause,
    record_id,
    null::uuid as handoff_id,
    member_id,
    worth,
    currency,
    stage_id
from (
    select
        date '2000-01-01' + (sum(x.stock_days) / sum(x.stock))::int as day,
        x.record_id,
        x.stage_id,
        (array_agg(held.owner_id order by x.day desc) filter (where x.stock > 0))[1] as member_id,
        (array_agg(held.worth order by x.day desc) filter (where x.stock > 0))[1] as worth,
        (array_agg(held.currency order by x.day desc) filter (where x.stock > 0))[1] as currency
    from (
        /*{samples*/ select s.*, s.id as record_id, s.id as stage_id from scorecard_reading s /*}*/
    ) x /*{joins*/ cross join lateral (select x.id as owner_id, 0 as worth, '' as currency) held /*}*/
    cross join lateral (values /*{segments*/ ('', '') /*}*/) as placed (segment, segment_value)
    where
        x.day <= %(last_day)s and /*{filter*/ true /*}*/ and placed.segment_value = %(value)s and x.stock <> 0
    group by x.record_id, x.stage_id
    having sum(x.stock) > 0
) open
where
    /*{days*/ true /*}*/
    and (not %(only_late)s or %(last_day)s::date - day > (%(limits)s::jsonb ->> stage_id::text)::int)
