-- Note that a member looked at the scorecard on a day. Who looks again while the page is still being made is counted
-- once: the second page would else wait for the first.
--
-- parameters:
--   workspace uuid: the tenant
--   member uuid: who
--   day date: the day
insert into scorecard_scorecardview (workspace_id, member_id, day, views)
select
    %(workspace)s,
    %(member)s,
    %(day)s,
    1
where pg_try_advisory_xact_lock(hashtextextended(%(member)s::text, 0))
on conflict (workspace_id, member_id, day) do update set views = scorecard_scorecardview.views + 1
