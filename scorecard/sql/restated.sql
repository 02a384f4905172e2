-- Add up by day what was restated of the closings that one question of several tells of, each restatement once.
--
-- parameters:
--   asked int: which question
--   is_listed boolean: whether each is named
-- places:
--   found: the restatements of the metrics it is about
-- columns:
--   asked: which question
--   day: the day they count on
--   number: how many
--   money: how much more was won
--   ids: which, or null
select
    %(asked)s::int as asked,
    once.day,
    count(*) as number,
    sum(once.money) as money,
    case when %(is_listed)s then array_agg(once.id) end as ids
from (
    select
        found.id,
        min(found.day) as day,
        sum(found.money) as money
    from (/*{found*/ select t.id, current_date as day, 0 as money from lifecycle_restatement t /*}*/) found
    group by found.id
) once
group by once.day
