-- Count what is open now by stage and age, by the stage each record stands in: an index alone tells since when.
--
-- parameters:
--   workspace uuid: the tenant
--   open_stages uuid[]: the stages
--   today date: the day now
--   zone text: the workspace's time zone
-- columns:
--   stage_id: the stage
--   age: days since it was entered
--   number: how many
select
    entered.stage_id,
    %(today)s::date - entered.day as age,
    count(*) as number
from (
    select
        r.stage_id,
        (r.entered_stage_at at time zone %(zone)s)::date as day
    from lifecycle_record r
    where r.workspace_id = %(workspace)s and r.stage_id = any(%(open_stages)s::uuid[])
) entered
group by entered.stage_id, entered.day
