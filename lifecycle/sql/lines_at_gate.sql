-- Count, of some records that stand in one stage, who does not meet each line of a gate, and of whom it is unknown.
--
-- parameters:
--   workspace uuid: the tenant
--   records uuid[]: the records
--   stage uuid: the stage they stand in
-- places:
--   lines: the place of each line and whether it is met, over the record `r`, its stage `s` and its company `a`
-- columns:
--   nth: the place of the line
--   unmet: of how many it is false
--   unknown: of how many it is unknown
select
    line.nth,
    count(*) filter (where not line.is_met) as unmet,
    count(*) filter (where line.is_met is null) as unknown
from lifecycle_record r
join lifecycle_stage s on s.workspace_id = r.workspace_id and s.id = r.stage_id
left join lifecycle_account a on a.workspace_id = r.workspace_id and a.id = r.account_id
cross join lateral (values /*{lines*/ (1, r.score > 50) /*}*/) line (nth, is_met)
where r.workspace_id = %(workspace)s and r.id = any(%(records)s) and r.stage_id = %(stage)s
group by line.nth
order by line.nth
