-- Keep who was given each of the statement's `given` records, and why: every one of its `rules` that was tried.
--
-- parameters:
--   workspace uuid: the tenant
--   reaches_nobody jsonb: by target and state, the words for a rule that was met and reached nobody
--   came_back jsonb: that these came back before, as the trace keeps it, or {}
--   at timestamptz: the moment
-- columns:
--   id: the assignment
--   handoff_id: its handoff
insert into handoffs_assignment (workspace_id, handoff_id, member_id, pool_id, at, cause, trace)
select
    %(workspace)s,
    given.handoff_id,
    given.assignee_id,
    case when given.target = 'pool' or given.matched is null then given.pool_id end,
    %(at)s,
    given.cause,
    jsonb_build_object(
        'rules', coalesce(tried.rules, '[]'), 'matched', given.matched,
        'pool', case when given.target = 'pool' then given.pool_id end, 'turn', given.virtual_time::bigint,
        'seats', pool_traces.seats, 'candidates', coalesce(pool_traces.candidates, '[]')
    ) || case when given.account_how is null then '{}' else jsonb_build_object(
                'account', jsonb_build_object('name', given.account_name, 'how', given.account_how)
            )
    end || %(came_back)s::jsonb
from given
left join pool_traces on given.target = 'pool' and pool_traces.pool_id = given.pool_id
join lateral (
    select
        jsonb_agg(
            jsonb_build_object(
                'position', rules.position,
                'label', rules.label,
                'verdict', case given.conditions[rules.place]
                    when true then 'met'
                    when false then 'unmet'
                    else 'unknown'
                end,
                'why', case
                    when rules.place is distinct from given.chosen_place and given.conditions[rules.place]
                        then %(reaches_nobody)s::jsonb -> rules.target ->> coalesce(
                                case rules.target
                                    when 'named_account'
                                        then case
                                                when given.account_is_named is false then 'not named'
                                                else given.account_owner_state
                                            end
                                    when 'account_owner' then given.account_owner_state
                                    when 'record_owner' then given.record_owner_state
                                    when 'pool' then 'lacking'
                                    else rules.named_state
                                end, 'nobody'
                            )
                    else ''
                end
            )
            order by rules.place
        ) as rules
    from rules
    where rules.place <= given.chosen_place or given.chosen_place is null
) tried on true
returning id, handoff_id
