-- Say what of the workspace's readings is not folded yet: its mark, and the days that changed since.
--
-- parameters:
--   workspace uuid: the tenant
-- columns:
--   day: a day that changed; null for all days
--   about: what changed on it; null for the mark
--   folded_until: the mark's moment
--   fingerprints: what the mark's readings were folded by
select
    null::date as day,
    null as about,
    folded_until,
    fingerprints::text as fingerprints
from scorecard_foldmark
where workspace_id = %(workspace)s
union all
select distinct
    day,
    about,
    null::timestamptz as folded_until,
    null as fingerprints
from scorecard_dirtyday
where workspace_id = %(workspace)s
