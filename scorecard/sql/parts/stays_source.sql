-- Stays of records in some stages: a record that enters a stage twice has two.
--
-- Every stay has a record; a left join to it is left out of the plan where nobody asks what only the record says.
--
-- parameters:
--   workspace uuid: the tenant
--   in_stages uuid[]: the stages
-- columns:
--   record_id: whose stay it is
--   handoff_id: nothing
--   owner_id: whose the record was when it began
--   left_owner_id: whose it was when it ended
--   stage_id: where it stayed
--   cause: why it came there
select
    y.record_id,
    null::uuid as handoff_id,
    y.owner_id,
    y.team_id,
    y.left_owner_id,
    y.left_team_id,
    y.source,
    y.stage_id,
    y.cause,
    y.entered_at,
    y.exited_at,
    y.amount,
    y.currency,
    r.mrr,
    y.cause as stay_cause,
    y.reason_key as stay_reason
from lifecycle_stagestay y
left join lifecycle_record r on r.workspace_id = %(workspace)s and r.id = y.record_id
where y.workspace_id = %(workspace)s and y.stage_id = any(%(in_stages)s)
