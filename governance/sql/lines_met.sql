-- Count how many of the newest leads meet each line.
--
-- The stage is joined to the left: of so few rows the planner believes one, and would begin with it for each lead.
--
-- parts:
--   newest_leads: the leads that are looked at
-- places:
--   lines: a count for each line over the record `r`, its stage `s` and its account `a`
-- columns:
--   met: how many meet each line, in order
select array[/*{lines*/ count(*) /*}*/] as met
from (/*{newest_leads*/ select * from lifecycle_record /*}*/) r
left join lifecycle_stage s on s.workspace_id = r.workspace_id and s.id = r.stage_id
left join lifecycle_account a on a.workspace_id = r.workspace_id and a.id = r.account_id
