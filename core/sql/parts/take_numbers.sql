-- Take the next numbers of each noun in the statement's `wanted_numbers (noun, amount)`. The counters stay locked until
-- the transaction ends. This is the only place where numbers are given out.
--
-- Whoever waits queues at a lock of its own first: at the row, all who wait are woken by each new version and race for
-- it (decision 214). The case keeps a noun of which nothing is wanted from being locked.
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
where
    case
        when amount > 0
            then pg_advisory_xact_lock(hashtextextended(%(workspace)s::text || ' numbers ' || noun, 0)) is not null
    end
on conflict (workspace_id, noun) do update set value = workspaces_counter.value + excluded.value
returning noun, value
