-- Sum the amounts of deals, and of those that came from a lead, by day.
--
-- parameters:
--   workspace uuid: the tenant
--   sales uuid: the pipeline of deals
--   first date: the first day
--   last date: the last day
select r.opened_at::date, sum(r.amount), sum(r.amount) filter (where o.kind = 'lead')
from lifecycle_record r left join lifecycle_record o on o.workspace_id = r.workspace_id and o.id = r.origin_id
where r.workspace_id = %(workspace)s
    and r.pipeline_id = %(sales)s
    and r.opened_at >= %(first)s
    and r.opened_at < %(last)s::date + 1
group by 1
