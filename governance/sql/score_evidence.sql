-- Count, for each value that many of the newest leads have, how many of them were won. Numbers are cut at their upper
-- quarter.
--
-- The stage is joined to the left: of so few rows the planner believes one, and would begin with it for each lead.
--
-- parameters:
--   least float8: the share of them that must have a value
-- parts:
--   newest_leads: the leads that are looked at
-- columns:
--   key: the field
--   value: the value, as JSON
--   leads: how many have it, or as much
--   won: how many of them were won
--   all_leads: how many were looked at
--   all_won: how many of those were won
with newest as materialized (
    select
        r.properties || jsonb_build_object('source', r.source) as facts,
        s.category = 'won' as is_won
    from (/*{newest_leads*/ select * from lifecycle_record /*}*/) r
    left join lifecycle_stage s on s.workspace_id = r.workspace_id and s.id = r.stage_id
),
whole as (
    select
        count(*) as leads,
        count(*) filter (where is_won) as won
    from newest
),
told as materialized (
    select
        field.key,
        field.value,
        newest.is_won
    from newest
    cross join lateral jsonb_each(newest.facts) as field (key, value)
    where field.value not in ('""', 'null')
),
quarters as (
    select
        key,
        percentile_disc(0.75) within group (order by value) as value
    from told
    where jsonb_typeof(value) = 'number'
    group by key
),
counted as (
    select
        told.key,
        told.value,
        count(*) as leads,
        count(*) filter (where told.is_won) as won
    from told
    where jsonb_typeof(told.value) in ('string', 'boolean')
    group by told.key, told.value
    union all
    select
        quarters.key,
        quarters.value,
        count(*) as leads,
        count(*) filter (where told.is_won) as won
    from quarters
    join told on told.key = quarters.key and jsonb_typeof(told.value) = 'number' and told.value >= quarters.value
    group by quarters.key, quarters.value
)
select
    counted.key,
    counted.value,
    counted.leads,
    counted.won,
    whole.leads as all_leads,
    whole.won as all_won
from counted
cross join whole
where counted.leads >= whole.leads * %(least)s::float8 and counted.leads < whole.leads
order by counted.key, counted.leads desc
