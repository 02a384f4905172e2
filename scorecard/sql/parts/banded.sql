-- Find what money of a sample `x` comes to in the reporting currency, of which its band is told.
--
-- places:
--   worth: the money
--   currency: its currency
--   day: the day by whose rate it is converted
-- parts:
--   converted: the money in the reporting currency
-- columns:
--   amount: the money in the reporting currency; null where it is blank or has no rate
select money.amount
from (
    select
        /*{worth*/ x.worth /*}*/ as amount,
        /*{currency*/ x.currency /*}*/ as currency,
        /*{day*/ x.day /*}*/ as day
) m
cross join lateral (/*{converted*/ select m.amount /*}*/) money
