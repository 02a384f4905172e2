-- Count the refusals of offers by reason, the most frequent first.
--
-- parameters:
--   workspace uuid: the tenant
-- parts:
--   offers: the offers that were refused
-- places:
--   joins: what the filters look at, beside the offer `x`
--   days: exactly the days asked, of x.day
--   filter: what the offers must have
-- columns:
--   label: the reason
--   number: how many
select
    coalesce(code.label, '') as label,
    count(*) as number
from (
    /*{offers*/
    select
        h.*, h.assignee_id as member_id, h.offered_at::date as day
    from handoffs_handoff h /*}*/
) x /*{joins}*/
left join handoffs_reasoncode code on code.workspace_id = %(workspace)s and code.id = x.reason_id
where /*{days*/ x.day is not null /*}*/ and /*{filter*/ true /*}*/
group by coalesce(code.label, '')
order by number desc, label
