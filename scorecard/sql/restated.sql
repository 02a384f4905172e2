-- Add up what was restated of the closings of some stages: by stage, day of closing and kind, both sides in the
-- reporting currency at the rate of that day.
--
-- parameters:
--   workspace uuid: the tenant
--   zone text: the workspace's time zone
--   stages uuid[]: the stages
--   since timestamptz: closings from this moment on
--   until timestamptz: and before that one
-- parts:
--   converted: the amount in the reporting currency
-- columns:
--   stage_id: the stage
--   day: the day of closing
--   is_reopening: whether the closing was left
--   number: how many
--   before: what they were worth
--   after: what they are worth
select
    x.stage_id,
    x.day,
    x.kind = 'reopened' as is_reopening,
    count(*) filter (where m.is_after) as number,
    coalesce(sum(money.amount) filter (where x.is_counted_before and not m.is_after), 0) as before,
    coalesce(sum(money.amount) filter (where x.is_counted_after and m.is_after), 0) as after
from (
    select
        r.*,
        (r.closed_at at time zone %(zone)s)::date as day
    from lifecycle_restatement r
    where
        r.workspace_id = %(workspace)s and r.closed_at >= %(since)s and r.closed_at < %(until)s
        and r.stage_id = any(%(stages)s)
) x
cross join
    lateral (
        values (false, x.amount_before, x.currency_before, x.day), (true, x.amount_after, x.currency_after, x.day)
    ) as m (is_after, amount, currency, day)
cross join lateral (/*{converted*/ select m.amount /*}*/) money
group by 1, 2, 3
order by 2, 1, 3
