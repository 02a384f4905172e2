-- Count and add up the samples behind a number.
--
-- places:
--   samples: the samples
-- columns:
--   number: how many
--   numerator: the sum
--   denominator: the sum
select
    count(*) as number,
    coalesce(sum(numerator), 0) as numerator,
    coalesce(sum(denominator), 0) as denominator
from (/*{samples*/ select * from scorecard_reading /*}*/) samples
