-- Describe the statement's `candidates` of each pool as a trace keeps them: whoever was next in line first, a long list
-- cut short.
--
-- parameters:
--   shown int: how many candidates are kept
-- columns:
--   pool_id: the pool
--   seats: how many sit in it
--   candidates: JSON, the first of them
select
    pool_id,
    count(*) as seats,
    jsonb_agg(
        jsonb_build_object(
            'member', member_id, 'name', name, 'state', state, 'turn', (start + step)::bigint, 'weight', weight,
            'open', case when cap is not null then open_count end, 'cap', cap
        )
        order by state <> 'available', key, start + step, member_id
    ) filter (where place <= %(shown)s) as candidates
from (
    select
        *,
        row_number() over (partition by pool_id order by state <> 'available', key, start + step, member_id) as place
    from candidates
) ranked
group by pool_id
