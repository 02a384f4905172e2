-- Say how much these people, and everybody in these teams, have to do, against what they take at most; most late first.
--
-- parameters:
--   workspace uuid: the tenant
--   people uuid[]: some people
--   teams uuid[]: some teams
--   seam uuid: the seam whose handoffs are told apart by state, or null for every seam
--   at timestamptz: the moment
-- columns:
--   member_id: who it is
--   name: how they are called
--   email: their address
--   teams: their teams in one line
--   team_ids: their teams
--   functions: what these do
--   weight: the greatest share of the turns of their seats
--   cap: how many open handoffs they take at most
--   day_cap: how many they are given in a day of theirs at most
--   week_cap: how many in a week of theirs
--   open_count: their open handoffs, across every seam
--   today: how many they were given today
--   this_week: how many this week
--   waiting_count: those across the seam that wait for an answer in time
--   late_count: those past their due time
--   paused_count: those whose clocks stand still now
--   untouched_count: those they accepted and have yet to touch first
--   next_due_at: when the next is due
--   oldest_at: since when the oldest is offered
--   away_until: until when they are away, or null
--   away_from: when they are away next, or null
--   pauses: how often they stopped one by hand in the last 30 days
--   away_pauses: how often one stood still in the last 30 days since they were away
--   skills: what they know, or null
--   own_hours: the hours that are their own, or null
select
    m.id as member_id,
    m.name,
    m.email,
    seated.teams,
    seated.team_ids,
    seated.functions,
    coalesce(seated.weight, 1) as weight,
    seated.cap,
    capacity.day_cap,
    capacity.week_cap,
    held.open_count,
    lately.today,
    lately.this_week,
    held.waiting_count,
    held.late_count,
    held.paused_count,
    accepted.untouched_count,
    held.next_due_at,
    held.oldest_at,
    absence.away_until,
    absence.away_from,
    stood.pauses,
    stood.away_pauses,
    capacity.skills,
    (
        select o.hours_id from handoffs_ownhours o
        where o.workspace_id = m.workspace_id and o.member_id = m.id
    ) as own_hours
from workspaces_member m
left join handoffs_capacity capacity on capacity.workspace_id = m.workspace_id and capacity.member_id = m.id
cross join
    lateral (
        select
            string_agg(distinct t.name, ', ') as teams,
            array_agg(distinct t.id) as team_ids,
            array_agg(distinct t.function) as functions,
            max(s.weight) as weight,
            case when not bool_or(s.cap is null) then max(s.cap) end as cap
        from workspaces_teamseat s
        join workspaces_team t on t.workspace_id = s.workspace_id and t.id = s.team_id
        where s.workspace_id = m.workspace_id and s.member_id = m.id
    ) seated
cross join
    lateral (
        select
            count(*) as open_count,
            count(*) filter (
                where here.is_here and h.due_at >= %(at)s and (h.paused_until is null or h.paused_until <= %(at)s)
            ) as waiting_count,
            count(*) filter (where here.is_here and h.due_at < %(at)s) as late_count,
            count(*) filter (where here.is_here and h.due_at >= %(at)s and h.paused_until > %(at)s) as paused_count,
            min(h.due_at) filter (where here.is_here) as next_due_at,
            min(h.offered_at) filter (where here.is_here) as oldest_at
        from handoffs_handoff h
        cross join lateral (select %(seam)s::uuid is null or h.seam_id = %(seam)s as is_here) here
        where h.workspace_id = m.workspace_id and h.assignee_id = m.id and h.state = 'offered'
    ) held
cross join
    lateral (
        select count(*) as untouched_count
        from handoffs_handoff h
        where
            h.workspace_id = m.workspace_id and h.assignee_id = m.id and h.state = 'accepted'
            and h.first_touched_at is null and h.touch_due_at is not null
            and (%(seam)s::uuid is null or h.seam_id = %(seam)s)
    ) accepted
cross join
    lateral (
        select
            date_trunc('day', %(at)s at time zone coalesce(capacity.time_zone, (select public.workspace_zone())))
            at time zone coalesce(capacity.time_zone, (select public.workspace_zone())) as today,
            date_trunc('week', %(at)s at time zone coalesce(capacity.time_zone, (select public.workspace_zone())))
            at time zone coalesce(capacity.time_zone, (select public.workspace_zone())) as this_week
        where m.is_active
        -- a fence: row security keeps what is computed of other rows out of an index, but not what was computed
        offset 0
    ) since
cross join
    lateral (
        select
            count(*) filter (where a.at >= since.today) as today,
            count(*) as this_week
        from handoffs_assignment a
        where
            a.workspace_id = m.workspace_id and a.member_id = m.id and a.at >= since.this_week
            and a.cause <> 'undone' -- which gave back what they had
    ) lately
cross join
    lateral (
        select
            max(o.ends_at) filter (where o.starts_at <= %(at)s) as away_until,
            min(o.starts_at) filter (where o.starts_at > %(at)s) as away_from
        from workspaces_timeoff o
        where o.workspace_id = m.workspace_id and o.member_id = m.id and o.ends_at > %(at)s
    ) absence
cross join
    lateral (
        select
            count(*) filter (where p.kind in ('customer', 'packet')) as pauses,
            count(*) filter (where p.kind = 'absence') as away_pauses
        from handoffs_pause p
        where p.workspace_id = m.workspace_id and p.member_id = m.id and p.at > %(at)s::timestamptz - interval '30 days'
    ) stood
where
    m.workspace_id = %(workspace)s and m.is_active
    and (
        m.id = any(%(people)s)
        or exists (
            select from workspaces_teamseat s
            where s.workspace_id = m.workspace_id and s.member_id = m.id and s.team_id = any(%(teams)s)
        )
    )
order by held.late_count desc, held.open_count desc, m.name
