-- List the samples of a kind that are of closings whose periods were closed when they were changed: of their records,
-- on their days, or on any day where a sample has the day of an opening; and all that these records add to what is
-- open. Only these records are looked at.
--
-- parameters:
--   workspace uuid: the tenant
--   zone text: the workspace's time zone
--   restated_stages uuid[]: the stages of the closings
--   by_opening boolean: whether a sample has the day of an opening
--   told_until timestamptz: only what was told before, or null
-- places:
--   restated_near: the days asked, as bounds of t.closed_at
--   samples: the samples
-- columns:
--   record_id: whom it is about, and all else that a sample says
--   day: the day it counts on
--   stock: what it adds to what is open
with restated as materialized (
    select
        t.record_id,
        (t.closed_at at time zone %(zone)s)::date as day
    from lifecycle_restatement t
    where
        t.workspace_id = %(workspace)s and t.stage_id = any(%(restated_stages)s) and /*{restated_near*/ true /*}*/
        and t.at < coalesce(%(told_until)s::timestamptz, 'infinity')
),
lifecycle_stagestay as not materialized (
    select s.* from lifecycle_stagestay s
    where s.workspace_id = %(workspace)s and s.record_id in (select restated.record_id from restated)
),
lifecycle_staychange as not materialized (
    select c.* from lifecycle_staychange c
    where c.workspace_id = %(workspace)s and c.record_id in (select restated.record_id from restated)
),
lifecycle_replacedstay as not materialized (
    select p.* from lifecycle_replacedstay p
    where p.workspace_id = %(workspace)s and p.record_id in (select restated.record_id from restated)
)
select x.*
from (/*{samples*/ select s.record_id, current_date as day, 0 as stock from lifecycle_stagestay s /*}*/) x
where
    %(by_opening)s or x.stock <> 0
    or (x.record_id, x.day) in (select restated.record_id, restated.day from restated)
