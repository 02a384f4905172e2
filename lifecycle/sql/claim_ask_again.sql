-- Claim records that are to be asked again, longest due first. What is locked is skipped, and found by the next pass.
--
-- parameters:
--   workspace uuid: the tenant
--   at timestamptz: the moment, or now(); under row security a coalesce of the two is not trusted to use the index
--   most int: how many are claimed
-- columns:
--   id: the record
--   kind: lead, opportunity or customer
--   at: the moment
select
    r.id,
    r.kind,
    %(at)s as at
from lifecycle_record r
where r.workspace_id = %(workspace)s and r.ask_again_at <= %(at)s
order by r.ask_again_at
limit %(most)s
for update skip locked
