-- Count what is in limbo by cause.
--
-- parameters:
--   seam uuid: only what belongs to this seam, or null
-- parts:
--   limbo: what waits for nobody
-- columns:
--   cause: why it waits
--   number: how many
--   oldest_at: since when the oldest waits
with items as (/*{limbo*/ select h.*, 0 as rank from handoffs_handoff h /*}*/)
select
    cause,
    count(*) as number,
    min(since) as oldest_at
from items
where %(seam)s::uuid is null or seam_id = %(seam)s
group by cause
order by oldest_at, cause
