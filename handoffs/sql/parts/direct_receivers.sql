-- Describe whom a rule reaches without a turn: the owners of the statement's `found` records and of their accounts, as
-- far as a rule asks for them, and the people its `listed_rules` name. An owner must be of the receiving side: sit in
-- one of its teams, or manage one. Their caps count for whatever they are given.
--
-- parameters:
--   workspace uuid: the tenant
--   function text: the side that receives
--   asks_accounts bool: whether a rule asks for owners of accounts
--   rule_targets text[]: whom each rule chooses: pool, member, named_account, account_owner or record_owner
-- parts:
--   room: how many more each takes
-- columns:
--   id: the member
--   room: how many more they take, or null
--   state: available, or why not: away, other side, or how they are full
select
    asked.id,
    room.room,
    case
        when people_here.id is null then 'away'
        when room.why_full is not null then room.why_full
        when not seats.are_here and manages.team_id is null then 'other side'
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
cross join
    lateral (
        select
            asked.id as member_id,
            seats.cap,
            false as is_counted
    ) taker
cross join lateral (
    /*{room*/
    select
        seats.cap as room,
        null as why_full
/*}*/
) room
