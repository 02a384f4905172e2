-- Find the workspaces with notices to sort or mails to send, as the scanner role.
--
-- parameters:
--   at timestamptz: the moment
-- columns:
--   workspace_id: the workspace
select workspace_id from notices_notice
where sorted_at is null
union
select workspace_id from notices_noticedelivery
where next_try_at <= %(at)s
