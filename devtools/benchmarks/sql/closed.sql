-- Count deals closed, won, their amounts and days, by day.
--
-- parameters:
--   workspace uuid: the tenant
--   won uuid: the stage of won deals
--   lost uuid: the stage of lost ones
--   first date: the first day
--   last date: the last day
select
    s.entered_at::date as day, count(*), count(*) filter (where s.stage_id = %(won)s),
    sum(r.amount) filter (where s.stage_id = %(won)s),
    percentile_cont(0.5) within group (order by s.entered_at::date - r.opened_at::date)
    filter (where s.stage_id = %(won)s),
    avg(s.entered_at::date - r.opened_at::date) filter (where s.stage_id = %(won)s)
from lifecycle_stagestay s join lifecycle_record r on r.workspace_id = s.workspace_id and r.id = s.record_id
where s.workspace_id = %(workspace)s and s.stage_id in (%(won)s, %(lost)s)
    and s.entered_at >= %(first)s and s.entered_at < %(last)s::date + 1
group by 1
