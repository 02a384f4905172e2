-- Find entries into and exits from open stages near the days asked: +1 on the day a record enters, -1 on the day it
-- leaves, so that the sum of all days up to a day is what was open at its end.
--
-- A stay ends when the record's next begins, so exits near the days asked are those of records that entered something
-- then: entries are indexed, exits are not.
--
-- parameters:
--   workspace uuid: the tenant
--   zone text: the workspace's time zone
--   open_stages uuid[]: the open stages of the pipeline
-- places:
--   entered_near: the days asked, as bounds of o.entered_at
--   exited_near: the days asked, as bounds of o.exited_at
--   left: the stays whose records may have moved on the days asked
-- columns:
--   record_id: the record
--   stage_id: the stage it entered or left
--   day: the day it did
--   entered_on: the day it had entered it
--   change: +1 or -1
select
    o.record_id,
    o.stage_id,
    (o.entered_at at time zone %(zone)s)::date as day,
    (o.entered_at at time zone %(zone)s)::date as entered_on,
    1 as change
from lifecycle_stagestay o
where o.workspace_id = %(workspace)s and o.stage_id = any(%(open_stages)s) and /*{entered_near*/ true /*}*/
union all
select
    o.record_id,
    o.stage_id,
    (o.exited_at at time zone %(zone)s)::date as day,
    (o.entered_at at time zone %(zone)s)::date as entered_on,
    -1 as change
from lifecycle_stagestay o
where
    o.workspace_id = %(workspace)s and o.exited_at is not null and /*{exited_near*/ true /*}*/
    and /*{left*/ o.stage_id = any(%(open_stages)s) /*}*/
