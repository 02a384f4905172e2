-- One stage that records enter by themselves: `walk` goes on into it where its gate is open.
--
-- places:
--   walk: the walk before this stage
--   stage_id: the stage
--   is_open: whether the record comes from a stage before it, and every line between is met
-- columns:
--   last_stage_id: the stage it stands in now
--   path: the stages entered so far
--   goes_on: whether it is asked to go on by itself
select
    case when step.is_entered then /*{stage_id*/ opened.target_stage_id /*}*/ else step.last_stage_id end
        as last_stage_id,
    case when step.is_entered then step.path || /*{stage_id*/ opened.target_stage_id /*}*/ else step.path end as path,
    step.goes_on
from (
    select
        walk.*,
        walk.goes_on and /*{is_open*/ opened.auto_0 /*}*/ as is_entered
    from (/*{walk*/ select * from opened /*}*/) walk
) step
