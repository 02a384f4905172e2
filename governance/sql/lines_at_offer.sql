-- Say for each of the newest handoffs of a seam which SLA lines of two versions it met when it was offered, by the
-- facts of that moment.
--
-- parameters:
--   workspace uuid: the tenant
-- places:
--   offered: the records as they were at their offers, with an answer for each line
--   old_met: whether each line of the version in force was met, in order
--   new_met: whether each line of the proposed one was
-- columns:
--   handoff_id: the handoff
--   blueprint_version: the version it was offered by
--   matched: the position of the routing rule that took it, or null
--   old_met: whether each line of the version in force was met, in order
--   new_met: whether each line of the proposed one was
select
    w.handoff_id,
    h.blueprint_version,
    (
        select (a.trace ->> 'matched')::int
        from handoffs_assignment a
        where a.workspace_id = %(workspace)s and a.handoff_id = w.handoff_id
        order by a.at, a.id
        limit 1
    ) as matched,
    /*{old_met*/ array[true] /*}*/ as old_met,
    /*{new_met*/ array[true] /*}*/ as new_met
from (/*{offered*/ select h.id as handoff_id from handoffs_handoff h /*}*/) w
join handoffs_handoff h on h.workspace_id = %(workspace)s and h.id = w.handoff_id
