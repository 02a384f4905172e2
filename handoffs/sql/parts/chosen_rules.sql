-- Choose a rule for each of the statement's `judged` records: the first of its `rules` that is met and reaches
-- somebody.
--
-- parameters:
--   queue uuid: the pool that waits for what no rule takes, or null
-- columns:
--   chosen_place: the place of that rule, or null
--   matched: its position
--   target: whom it chooses
--   named_id: the member it names
--   named_room: how many more that member takes, or null
--   pool_id: its pool, or the queue where no rule takes the record
--   place: the place of the record among those of its pool
select
    judged.*,
    chosen.place as chosen_place,
    chosen.position as matched,
    chosen.target,
    chosen.named_id,
    chosen.named_room,
    coalesce(chosen.pool_id, %(queue)s) as pool_id,
    row_number() over (partition by chosen.target, chosen.pool_id order by judged.rank) as place
from judged
left join lateral (
    select rules.* from rules
    where
        judged.conditions[rules.place]
        and case rules.target
            when 'named_account' then judged.account_is_named and judged.account_owner_state = 'available'
            when 'account_owner' then judged.account_owner_state = 'available'
            when 'record_owner' then judged.record_owner_state = 'available'
            when 'member' then rules.named_state in ('available', 'other side')
            else rules.is_lacking is not true
        end
    order by rules.place
    limit 1
) chosen on true
