-- Count the newest handoffs of a seam by which of its routing rules they met and would have reached somebody, by the
-- facts of their offers, and what became of them.
--
-- parameters:
--   workspace uuid: the tenant
-- places:
--   offered: the records as they were at their offers, with an answer for each rule
--   met: whether each rule was met and led to somebody, in order
-- columns:
--   met: whether each rule was met and led to somebody, in order
--   given: how many
--   accepted: how many of them were accepted
--   won: how many of their records, or of those that came of them, are won
select
    asked.met,
    count(*) as given,
    count(*) filter (where asked.state = 'accepted') as accepted,
    count(*) filter (where asked.is_won) as won
from (
    select
        /*{met*/ array[true] /*}*/ as met,
        h.state,
        exists(
            select
            from lifecycle_record r
            join lifecycle_stage s on s.workspace_id = r.workspace_id and s.id = r.stage_id and s.category = 'won'
            where r.workspace_id = %(workspace)s and (r.id = h.record_id or r.origin_id = h.record_id)
        ) as is_won
    from (/*{offered*/ select h.id as handoff_id from handoffs_handoff h /*}*/) w
    join handoffs_handoff h on h.workspace_id = %(workspace)s and h.id = w.handoff_id
) asked
group by asked.met
