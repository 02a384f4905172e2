-- Find the workspaces with days to fold, as the scanner role: marked ones, those that a fold has not come to yet, those
-- whose series were compared with another release or version or never, and those with a series that failed a while ago.
--
-- parameters:
--   release text: a hash of what makes the statements
--   beside timestamptz: where another release took its place since then, that one folds
--   failed timestamptz: what failed before is tried again
-- columns:
--   workspace_id: the workspace
select workspace_id from scorecard_dirtyday
union
select workspace_id from scorecard_readingseries
where pending_days > 0
union
select workspace_id from scorecard_readingseries
where statement = '' and superseded_at is null and worked_at < %(failed)s
union
select w.id as workspace_id
from workspaces_workspace w
left join scorecard_foldmark m on w.id = m.workspace_id
where
    w.blueprint_version > 0
    and (m.release is distinct from %(release)s or m.blueprint_version is distinct from w.blueprint_version)
    and coalesce((m.left_at ->> %(release)s)::timestamptz < %(beside)s, true)
