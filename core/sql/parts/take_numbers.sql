-- Take the next numbers of each noun in the statement's `wanted_numbers (noun, amount)`. The counters stay locked until
-- the transaction ends. This is the only place where numbers are given out.
--
-- parameters:
--   workspace uuid: the tenant
-- columns:
--   noun: what is numbered
--   value: the last number taken
insert into workspaces_counter (workspace_id, noun, value)
select
    %(workspace)s,
    noun,
    amount
from wanted_numbers
where amount > 0
on conflict (workspace_id, noun) do update set value = workspaces_counter.value + excluded.value
returning noun, value
