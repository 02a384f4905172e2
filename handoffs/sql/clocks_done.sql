-- Say of clocks that a seam names beside answer and first touch whether what they ask for is done, by the record that
-- accepting made, else by the record itself.
--
-- parameters:
--   workspace uuid: the tenant
--   clocks uuid[]: the clocks
--   at timestamptz: the moment
-- places:
--   condition: whether it is done, compiled per blueprint version
-- columns:
--   id: one of the clocks
--   is_done: whether it is, or null where that is not known
select
    c.id,
    (/*{condition*/ true /*}*/) as is_done
from unnest(%(clocks)s::uuid[]) named (id)
cross join (select %(at)s::timestamptz as moment) asked
join handoffs_clock c on c.workspace_id = %(workspace)s and c.id = named.id
join handoffs_handoff h on h.workspace_id = c.workspace_id and h.id = c.handoff_id
join lifecycle_record r
    on r.workspace_id = h.workspace_id and r.id = case when h.result_id is null then h.record_id else h.result_id end
join lifecycle_stage s on s.workspace_id = r.workspace_id and s.id = r.stage_id
left join lifecycle_account a on a.workspace_id = r.workspace_id and a.id = r.account_id
