-- Count how many of the newest leads meet each line.
--
-- parameters:
--   workspace uuid: the tenant
--   most int: how many leads are looked at
-- places:
--   lines: a count for each line over the record `r`, its stage `s` and its account `a`
-- columns:
--   met: how many meet each line, in order
select array[/*{lines*/ count(*) /*}*/] as met
from (
    select * from lifecycle_record
    where workspace_id = %(workspace)s and kind = 'lead'
    order by created_at desc, id desc
    limit %(most)s
) r
join lifecycle_stage s on s.workspace_id = r.workspace_id and s.id = r.stage_id
left join lifecycle_account a on a.workspace_id = r.workspace_id and a.id = r.account_id
