-- Note that a member looked at the scorecard on a day.
--
-- parameters:
--   workspace uuid: the tenant
--   member uuid: who
--   day date: the day
insert into scorecard_scorecardview (workspace_id, member_id, day, views)
values (%(workspace)s, %(member)s, %(day)s, 1)
on conflict (workspace_id, member_id, day) do update set views = scorecard_scorecardview.views + 1
