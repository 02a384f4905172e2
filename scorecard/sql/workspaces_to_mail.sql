-- Find the workspaces with boards to mail, as the scanner role: mails due to be written, and written ones that wait.
--
-- parameters:
--   at timestamptz: the moment
-- columns:
--   workspace_id: the workspace
select workspace_id from scorecard_boardmailing
where next_at <= %(at)s
union
select workspace_id from scorecard_boardmail
where next_try_at <= %(at)s
