-- Find the workspaces with a step due or something to route again, as the scanner role: one probe of a partial index
-- each.
--
-- parameters:
--   low timestamptz: steps up to here were taken long ago; it spares their index entries, which an old snapshot
--     elsewhere may keep from being cleaned up
-- columns:
--   id: a workspace with work due
select w.id
from workspaces_workspace w
where
    exists (
        select from handoffs_clock c
        where c.workspace_id = w.id and c.next_rung_at > %(low)s and c.next_rung_at <= now()
    )
    or exists (
        select from handoffs_handoff h
        where h.workspace_id = w.id and h.again_at <= now()
    )
order by w.id
