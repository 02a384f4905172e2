-- Count the sums of one series on one day that are not what its rows give when they are counted once more.
--
-- parameters:
--   workspace uuid: the tenant
--   series uuid: the series
--   day date: the day
-- places:
--   recounted: the series' statement over its rows
-- columns:
--   number: how many sums differ
with recounted as (
    select
        day,
        segment,
        segment_value,
        distribution,
        numerator::numeric(20, 4),
        denominator::numeric(20, 4),
        aside::numeric(20, 4),
        stock::numeric(20, 4),
        stock_days::numeric(20, 4),
        amounts::int,
        unconverted::int
    from (/*{recounted*/ select * from scorecard_reading /*}*/) counted
),
kept as (
    select
        day,
        segment,
        segment_value,
        distribution,
        numerator::numeric(20, 4),
        denominator::numeric(20, 4),
        aside::numeric(20, 4),
        stock::numeric(20, 4),
        stock_days::numeric(20, 4),
        amounts::int,
        unconverted::int
    from scorecard_reading
    where workspace_id = %(workspace)s and series_id = %(series)s and day = %(day)s
)
select count(*) as number
from (
    (
        select * from recounted
        except
        select * from kept
    )
    union all
    (
        select * from kept
        except
        select * from recounted
    )
) different
