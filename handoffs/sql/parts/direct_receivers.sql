-- Describe whom a rule reaches without a turn: the owners of the statement's `found` records and of their accounts, as
-- far as a rule asks for them, and the people its `listed_rules` name. An owner must be of the receiving side: sit in
-- one of its teams, or manage one. Their cap there counts for whatever they are given.
--
-- parameters:
--   workspace uuid: the tenant
--   function text: the side that receives
--   asks_accounts bool: whether a rule asks for owners of accounts
--   rule_targets text[]: whom each rule chooses: pool, member, named_account, account_owner or record_owner
-- columns:
--   id: the member
--   room: how many more they take, or null
--   state: available, or why not: away, other side, full
select
    asked.id,
    seats.cap - held.open_count as room,
    case
        when people_here.id is null then 'away'
        when not seats.are_here and manages.team_id is null then 'other side'
        when held.open_count >= seats.cap then 'full'
        else 'available'
    end as state
from (
    select account_owner_id as id from found
    where account_owner_id is not null and %(asks_accounts)s
    union
    select record_owner_id from found
    where record_owner_id is not null and 'record_owner' = any(%(rule_targets)s::text[])
    union
    select named_id from listed_rules
    where named_id is not null
) asked
left join people_here on people_here.id = asked.id
left join lateral (
    select
        count(*) > 0 as are_here,
        case when bool_or(s.cap is null) then null else max(s.cap) end as cap
    from workspaces_teamseat s
    join workspaces_team t on t.workspace_id = s.workspace_id and t.id = s.team_id
    where s.workspace_id = %(workspace)s and s.member_id = asked.id and t.function = %(function)s
) seats on true
left join lateral (
    select t.id as team_id from workspaces_team t
    where t.workspace_id = %(workspace)s and t.manager_id = asked.id and t.function = %(function)s
    limit 1
) manages on not seats.are_here
left join lateral (
    select count(*) as open_count
    from (
        select from handoffs_handoff h
        where h.workspace_id = %(workspace)s and h.assignee_id = asked.id and h.state = 'offered'
        limit seats.cap
    ) open
    where seats.cap is not null
) held on true
