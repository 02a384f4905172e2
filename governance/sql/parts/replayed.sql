-- Say for every record of a pipeline what the version in force says at one stage's gate and what the proposed one
-- would.
--
-- parameters:
--   stage uuid: the stage
-- places:
--   walked: the scored records, and where each would walk by itself by either version
--   old_points: the column of the score by the version in force
--   new_points: the column of the score by the proposed one
--   old_end: the column of where the version in force would lead the record
--   new_end: the column of where the proposed one would
--   old_meets: whether the gate's lines hold by the version in force
--   new_meets: whether they hold by the proposed one
--   old_route: the position of the routing rule that is met by the version in force
--   new_route: the position of the one that is met by the proposed one
-- columns:
--   id: the record
--   number: its number
--   name: its name
--   stage_id: where it stands
--   owner_id: who owns it
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
    w.id,
    w.number,
    w.name,
    w.stage_id,
    w.owner_id,
    w.account_owner_id,
    w.amount,
    /*{old_points*/ w.score /*}*/ as old_points,
    /*{new_points*/ w.score /*}*/ as new_points,
    (w.stage_id <> %(stage)s and /*{old_end*/ w.stage_id /*}*/ = %(stage)s) as old_enters,
    (w.stage_id <> %(stage)s and /*{new_end*/ w.stage_id /*}*/ = %(stage)s) as new_enters,
    /*{old_meets*/ true /*}*/ as old_meets,
    /*{old_route*/ 0 /*}*/ as old_route,
    /*{new_meets*/ true /*}*/ as new_meets,
    /*{new_route*/ 0 /*}*/ as new_route,
    false as is_decided
from (/*{walked*/ select r.*, null::uuid as account_owner_id from lifecycle_record r /*}*/) w
