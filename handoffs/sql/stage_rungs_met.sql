-- Judge the condition of steps of stages that fell due, each at its moment, over the record.
--
-- parameters:
--   workspace uuid: the tenant
--   clocks uuid[]: the clocks whose step it is
--   moments timestamptz[]: when each fell due
-- places:
--   condition: whether it is met, compiled per blueprint version
-- columns:
--   clock_id: one of the clocks
--   is_met: whether its condition is met, or null where that is not known
select
    asked.clock_id,
    (/*{condition*/ true /*}*/) as is_met
from unnest(%(clocks)s::uuid[], %(moments)s::timestamptz[]) asked (clock_id, moment)
join handoffs_stageclock c on c.workspace_id = %(workspace)s and c.id = asked.clock_id
join lifecycle_record r on r.workspace_id = c.workspace_id and r.id = c.record_id
join lifecycle_stage s on s.workspace_id = r.workspace_id and s.id = r.stage_id
left join lifecycle_account a on a.workspace_id = r.workspace_id and a.id = r.account_id
