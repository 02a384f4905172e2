-- Judge the condition of steps of stages that fell due, each at its moment, over the record.
--
-- parameters:
--   workspace uuid: the tenant
--   keys uuid[]: what the answers are told by, such as the clocks whose step it is
--   records uuid[]: the record of each
--   moments timestamptz[]: when each fell due
-- places:
--   condition: whether it is met, compiled per blueprint version
-- columns:
--   key: one of the keys
--   is_met: whether its condition is met, or null where that is not known
select
    asked.key,
    (/*{condition*/ true /*}*/) as is_met
from unnest(%(keys)s::uuid[], %(records)s::uuid[], %(moments)s::timestamptz[]) asked (key, record_id, moment)
join lifecycle_record r on r.workspace_id = %(workspace)s and r.id = asked.record_id
join lifecycle_stage s on s.workspace_id = r.workspace_id and s.id = r.stage_id
left join lifecycle_account a on a.workspace_id = r.workspace_id and a.id = r.account_id
