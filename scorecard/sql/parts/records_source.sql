-- Records, each once.
--
-- parameters:
--   workspace uuid: the tenant
--   zone text: the workspace's time zone
-- columns:
--   record_id: the record
--   handoff_id: nothing
--   member_id: nobody: whose it was is looked up by the day
--   stage_id: nothing
--   cause: lead, opportunity or customer
select
    r.id as record_id,
    null::uuid as handoff_id,
    null::uuid as member_id,
    null::uuid as stage_id,
    r.kind as cause,
    r.created_at,
    r.opened_at,
    (r.closes_on::timestamp at time zone %(zone)s) as closes_on,
    (r.renews_on::timestamp at time zone %(zone)s) as renews_on,
    r.amount,
    r.currency,
    r.mrr
from lifecycle_record r
where r.workspace_id = %(workspace)s
