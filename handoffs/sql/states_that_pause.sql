-- Say of the handoffs of these records, across one seam, whose clocks may run, whether what the record is now lets them
-- stand still. The record that accepting made is looked at where there is one.
--
-- parameters:
--   workspace uuid: the tenant
--   seam uuid: the seam
--   records uuid[]: records that changed
-- places:
--   condition: whether every line is met by the record `r`, its stage `s` and its account `a`
-- columns:
--   id: the handoff
--   holds: whether they stand still
select
    h.id,
    /*{condition*/ true /*}*/ as holds
from (
    select own.id from handoffs_handoff own
    where own.workspace_id = %(workspace)s and own.record_id = any(%(records)s::uuid[])
    union
    select made.id from handoffs_handoff made
    where made.workspace_id = %(workspace)s and made.result_id = any(%(records)s::uuid[])
) changed
join handoffs_handoff h on h.workspace_id = %(workspace)s and h.id = changed.id
join lifecycle_record r -- a `coalesce` here would keep row security from the index: all records, for one handoff
    on r.workspace_id = h.workspace_id and r.id = case when h.result_id is null then h.record_id else h.result_id end
join lifecycle_stage s on s.workspace_id = r.workspace_id and s.id = r.stage_id
left join lifecycle_account a on a.workspace_id = r.workspace_id and a.id = r.account_id
where
    h.seam_id = %(seam)s and h.assignee_id is not null
    and (h.state = 'offered' or h.state = 'accepted' and h.first_touched_at is null and h.touch_due_at is not null)
order by h.id
