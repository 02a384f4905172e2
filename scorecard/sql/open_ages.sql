-- Count what is open by stage and age.
--
-- places:
--   samples: what is open
-- columns:
--   stage_id: the stage
--   age: days since it was entered
--   number: how many
select
    stage_id,
    measure as age,
    count(*) as number
from (/*{samples*/ select id as stage_id, 1 as measure from scorecard_reading /*}*/) samples
group by stage_id, measure
