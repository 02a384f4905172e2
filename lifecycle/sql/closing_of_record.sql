-- Find the last closing of a record: the stay in a won or lost stage that it entered from a stage of another category.
--
-- parameters:
--   workspace uuid: the tenant
--   record uuid: the record
--   at timestamptz: the moment
-- columns:
--   stay_id: the stay
--   stage_id: its stage
--   closed_at: when it was closed
--   amount: what it was worth
--   currency: in which currency
--   is_shut: whether its period is closed by now
select
    s.id as stay_id,
    s.stage_id,
    s.entered_at as closed_at,
    s.amount,
    s.currency,
    coalesce(s.entered_at < (select public.closed_before(%(workspace)s, %(at)s)), false) as is_shut
from lifecycle_stagestay s
join lifecycle_stage g on g.workspace_id = %(workspace)s and g.id = s.stage_id
left join lifecycle_stage f on f.workspace_id = %(workspace)s and f.id = s.from_stage_id
where
    s.workspace_id = %(workspace)s and s.record_id = %(record)s and g.category in ('won', 'lost')
    and g.category is distinct from f.category
order by s.entered_at desc, s.exited_at desc nulls first, s.id desc
limit 1
