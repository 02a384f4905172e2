-- Put what two versions say of a record at the moment it was let in before what they say of it now.
--
-- places:
--   now: every record of a pipeline, judged as of now
--   then: those that were let in, judged as of then
-- columns:
--   id: the record
--   number: its number
--   name: its name
--   stage_id: where it stands
--   owner_id: who owned it
--   account_owner_id: who owns its account
--   amount: what it is worth
--   old_points: its score by the version in force
--   new_points: its score by the proposed one
--   old_enters: whether it would go there by itself now, by the version in force
--   new_enters: whether it would by the proposed one
--   old_meets: whether it meets the gate by the version in force
--   old_route: which routing rule takes it by the version in force
--   new_meets: whether it meets the gate by the proposed one
--   new_route: which routing rule takes it by the proposed one
--   is_decided: whether it was let in within the stretch
select
    n.id,
    n.number,
    n.name,
    n.stage_id,
    case when d.id is null then n.owner_id else d.owner_id end as owner_id,
    case when d.id is null then n.account_owner_id else d.account_owner_id end as account_owner_id,
    n.amount,
    case when d.id is null then n.old_points else d.old_points end as old_points,
    case when d.id is null then n.new_points else d.new_points end as new_points,
    n.old_enters,
    n.new_enters,
    case when d.id is null then n.old_meets else d.old_meets end as old_meets,
    case when d.id is null then n.old_route else d.old_route end as old_route,
    case when d.id is null then n.new_meets else d.new_meets end as new_meets,
    case when d.id is null then n.new_route else d.new_route end as new_route,
    d.id is not null as is_decided
from (/*{now*/ select * from lifecycle_record /*}*/) n
left join (/*{then*/ select * from lifecycle_record /*}*/) d on d.id = n.id
