-- Say how much everybody in these teams has to do, most late first.
--
-- parameters:
--   workspace uuid: the tenant
--   teams uuid[]: the teams
--   at timestamptz: the moment
-- columns:
--   member_id: who it is
--   name: how they are called
--   teams: their teams in one line
--   weight: the greatest share of the turns of their seats
--   cap: how many open handoffs they take at most
--   open_count: their open handoffs
--   late_count: those past their due time
--   next_due_at: when the next is due
--   is_away: whether they are away now
--   paused_count: those whose clocks stand still now
--   pauses: how often they stopped one by hand in the last 30 days
--   away_pauses: how often one stood still in the last 30 days since they were away
select
    m.id as member_id,
    m.name,
    string_agg(distinct t.name, ', ') as teams,
    max(s.weight) as weight,
    case when bool_or(s.cap is null) then null else max(s.cap) end as cap,
    coalesce(max(held.open_count), 0) as open_count,
    coalesce(max(held.late_count), 0) as late_count,
    max(held.next_due_at) as next_due_at,
    exists(
        select from workspaces_timeoff o
        where
            o.workspace_id = m.workspace_id and o.member_id = m.id
            and o.starts_at <= %(at)s and o.ends_at > %(at)s
    ) as is_away,
    coalesce(max(held.paused_count), 0) as paused_count,
    max(stood.by_hand) as pauses,
    max(stood.away) as away_pauses
from workspaces_team t
join workspaces_teamseat s on s.workspace_id = t.workspace_id and s.team_id = t.id
join workspaces_member m on m.workspace_id = s.workspace_id and m.id = s.member_id and m.is_active
left join lateral (
    select
        count(*) as open_count,
        count(*) filter (where h.due_at < %(at)s) as late_count,
        min(h.due_at) as next_due_at,
        count(*) filter (where h.paused_until > %(at)s) as paused_count
    from handoffs_handoff h
    where h.workspace_id = m.workspace_id and h.assignee_id = m.id and h.state = 'offered'
) held on true
left join lateral (
    select
        count(*) filter (where p.kind in ('customer', 'packet')) as by_hand,
        count(*) filter (where p.kind = 'absence') as away
    from handoffs_pause p
    where p.workspace_id = m.workspace_id and p.member_id = m.id and p.at > %(at)s::timestamptz - interval '30 days'
) stood on true
where t.workspace_id = %(workspace)s and t.id = any(%(teams)s)
group by m.id, m.workspace_id, m.name
order by late_count desc, open_count desc, m.name
