-- Note that a pass failed in the workspace as a whole; once more is one time more.
--
-- parameters:
--   workspace uuid: the tenant
--   sweep text: the pass
--   trouble text: why
insert into workspaces_sweeptrouble as kept (workspace_id, sweep, since, last_at, times, trouble)
values (%(workspace)s, %(sweep)s, now(), now(), 1, %(trouble)s)
on conflict (workspace_id, sweep) do update set
    last_at = now(), times = kept.times + 1, trouble = excluded.trouble
