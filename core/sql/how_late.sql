-- Say how late the clocks of the workspace run, and how much of it was set aside: one probe of the index of what is
-- due, one row by its key, a look at two tables that are empty on good days.
--
-- parameters:
--   workspace uuid: the tenant
--   scan text: the name of the scan
-- columns:
--   scan_age_s: seconds since the scan last came to its end
--   late_s: seconds since the first due step fell due
--   set_aside: how many rows were set aside, at most 1,000
--   failing: how many passes fail in the workspace
select
    extract(epoch from now() - (select at from operating_heartbeat where name = %(scan)s))::float8 as scan_age_s,
    extract(
        epoch from now() - (
            select c.next_rung_at from handoffs_clock c
            where c.workspace_id = %(workspace)s and c.next_rung_at is not null
            order by c.next_rung_at
            limit 1
        )
    )::float8 as late_s,
    (
        select count(*)
        from (
            select from operating_setaside
            where workspace_id = %(workspace)s
            limit 1000
        ) rows
    ) as set_aside,
    (select count(*) from workspaces_sweeptrouble where workspace_id = %(workspace)s) as failing
