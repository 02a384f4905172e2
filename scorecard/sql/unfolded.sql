-- List what readings do not know yet: the marks of days, and the series in force with the days that wait.
--
-- parameters:
--   workspace uuid: the tenant
-- columns:
--   day: the day of a mark, or null for all days
--   about: what a mark is about; null for a series
--   id: the series
--   metric_id: its metric, or null for the funnel
--   definition: the hash of what it is read from
--   statement: the hash of how it is added up
--   pending: JSON, the spans of days that wait
--   pending_days: how many these are
--   whole_days: how many days it has
--   uncounted_until: up to which day nothing was counted yet
--   folded_until: up to when what happened is folded
select
    null::date as day,
    null as about,
    id,
    metric_id,
    definition,
    statement,
    pending::text as pending,
    pending_days,
    whole_days,
    uncounted_until,
    folded_until
from scorecard_readingseries
where workspace_id = %(workspace)s and superseded_at is null
union all
select distinct
    day,
    about,
    null::uuid as id,
    null::uuid as metric_id,
    null as definition,
    null as statement,
    null as pending,
    null::int as pending_days,
    null::int as whole_days,
    null::date as uncounted_until,
    null::timestamptz as folded_until
from scorecard_dirtyday
where workspace_id = %(workspace)s
