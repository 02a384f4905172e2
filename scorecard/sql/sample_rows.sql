-- List the samples behind a number.
--
-- parameters:
--   value text: the segment's value
--   part text: all, counted, numerator, missed (counted, but not in the numerator), aside, measured, unconverted
-- places:
--   samples: the samples of the metric's kind
--   joins: what the segments and the filter look at, beside the sample `x`
--   segments: the segment's name and where the sample is counted
--   days: exactly the days asked
--   filter: the metric's filter over the record `r`
-- columns:
--   day: the day it counts on
--   numerator: what it adds
--   denominator: what it adds
--   aside: what it adds
--   amounts: how many amounts of money it adds
--   unconverted: 1 where its money has no rate
--   measure: days or minutes it took
--   cause: why
--   record_id: whom it is about
--   handoff_id: its handoff
--   member_id: whose it counts as
--   worth: what it was worth
--   currency: in which currency
select
    x.day,
    x.numerator,
    x.denominator,
    x.aside,
    x.amounts,
    x.unconverted,
    x.measure,
    x.cause,
    x.record_id,
    x.handoff_id,
    held.owner_id as member_id,
    held.worth,
    held.currency
from (
    /*{samples*/ select s.*, null::int as measure, '' as cause, s.id as record_id, s.id as handoff_id
    from scorecard_reading s /*}*/
) x /*{joins*/ cross join lateral (select x.id as owner_id, 0 as worth, '' as currency) held /*}*/
cross join lateral (values /*{segments*/ ('', '') /*}*/) as placed (segment, segment_value)
where
    /*{days*/ true /*}*/ and /*{filter*/ true /*}*/ and placed.segment_value = %(value)s
    and case %(part)s::text
        when 'counted' then x.denominator <> 0
        when 'numerator' then x.numerator <> 0
        when 'missed' then x.denominator <> 0 and x.numerator = 0
        when 'aside' then x.aside <> 0
        when 'unconverted' then x.unconverted <> 0
        when 'measured' then x.measure is not null
        else
            x.denominator <> 0 or x.numerator <> 0 or x.aside <> 0 or x.amounts <> 0 or x.unconverted <> 0
            or x.measure is not null
    end
