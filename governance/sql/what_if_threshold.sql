-- Count who would qualify by another threshold, and what those who differ became.
--
-- parameters:
--   workspace uuid: the tenant
--   seam uuid: the seam at the gate, or null
-- places:
--   replayed: the records as both versions see them
-- columns:
--   considered: how many records
--   before: how many qualify by the version in force
--   after: how many qualify by the other threshold
--   decided: how many were let in within the stretch
--   decided_alike: how many of them the version in force lets in again
--   gained: how many qualify only by that
--   lost: how many qualify no longer
--   would_enter: how many would enter by themselves now
--   wins_lost: how many of the lost were won
--   wins_gained: how many of the gained were won
--   gained_accepted: how many of the gained were accepted
--   lost_accepted: how many of the lost were accepted
--   lost_rejected: how many of the lost were rejected
with replayed as materialized (
    /*{replayed*/
    select r.*, true as old_meets, true as new_meets, true as old_enters, true as new_enters, false as is_decided
    from lifecycle_record r
    /*}*/
)
select
    count(*) as considered,
    count(*) filter (where d.old_meets) as before,
    count(*) filter (where d.new_meets) as after,
    count(*) filter (where d.is_decided) as decided,
    count(*) filter (where d.is_decided and d.old_meets) as decided_alike,
    count(*) filter (where d.new_meets and not d.old_meets) as gained,
    count(*) filter (where d.old_meets and not d.new_meets) as lost,
    count(*) filter (where d.new_enters and not d.old_enters) as would_enter,
    count(*) filter (where d.old_meets and not d.new_meets and s.category = 'won') as wins_lost,
    count(*) filter (where d.new_meets and not d.old_meets and s.category = 'won') as wins_gained,
    count(*) filter (where d.old_meets <> d.new_meets and d.new_meets and h.accepted) as gained_accepted,
    count(*) filter (where d.old_meets <> d.new_meets and d.old_meets and h.accepted) as lost_accepted,
    count(*) filter (where d.old_meets <> d.new_meets and d.old_meets and h.rejected) as lost_rejected
from replayed d
join lifecycle_stage s on s.workspace_id = %(workspace)s and s.id = d.stage_id
left join lateral (
    select
        bool_or(h.state = 'accepted') as accepted,
        bool_or(h.state = 'rejected') as rejected
    from handoffs_handoff h
    where
        d.old_meets <> d.new_meets and h.workspace_id = %(workspace)s and h.record_id = d.id
        and h.seam_id = %(seam)s
) h on true
