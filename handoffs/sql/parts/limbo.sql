-- Find what waits for nobody who can act. Each branch begins with who or what cannot, and finds its rows through an
-- index, so that the cost follows what is in limbo and not what is open. Of a row found twice the lowest rank is kept.
--
-- Every step is a lateral with a limit or a fence (`offset 0`): hashed instead, it would read every handoff and every
-- stay there ever was to find that nothing is in limbo. So the cost is that of what stands at seams: two indexes alone
-- say what stands there and what became of its handoffs. Records are asked about in the order of their ids, so that
-- each page of the second index is read once. What an item is called is read of those alone that are shown.
--
-- parameters:
--   workspace uuid: the tenant
--   at timestamptz: the moment
--   answering_roles text[]: the roles that may answer a handoff
--   seams uuid[]: the seams of the blueprint in force
--   triggers uuid[]: the stage at which each begins
--   are_closed boolean[]: whether that stage is closed
--   there_since timestamptz[]: since when each stands there, or null: since ever
--   next_pipelines uuid[]: the pipeline of what each makes, or null
--   open_stages uuid[]: the open stages
--   owned_stages uuid[]: those of them in which a record has an owner
-- columns:
--   rank: the branch that found it
--   noun: record, handoff or task
--   cause: why it waits
--   id: what waits
--   seam_id: its seam
--   holder_id: who holds it
--   since: since when it waits
with unable as materialized (
    select
        m.id,
        coalesce(m.deactivated_at, m.joined_at) as since,
        case when not m.is_active then 'left' when m.kind <> 'person' then 'program' else 'role' end as cause
    from workspaces_member m
    where
        m.workspace_id = %(workspace)s
        and (not m.is_active or m.kind <> 'person' or m.role <> all(%(answering_roles)s))
),
-- A live handoff is an open one, or one accepted in this stay: a won deal whose customer was taken misses nothing.
-- Dated testimony of a deal won long ago was never offered and need not be: its customer is somewhere else. Nor need a
-- deal that was won before the seam was there.
at_a_seam as (
    select
        0 as rank,
        'record' as noun,
        case
            when last.state is null then 'never_offered'
            when last.state = 'recalled' then 'recalled'
            else 'returned'
        end as cause,
        r.id,
        seam.id as seam_id,
        null::uuid as holder_id,
        coalesce(last.answered_at, r.entered_stage_at) as since
    from unnest(
            %(seams)s::uuid[], %(triggers)s::uuid[], %(are_closed)s::boolean[], %(there_since)s::timestamptz[],
            %(next_pipelines)s::uuid[]
        ) as seam (id, trigger_id, is_closed, since, next_pipeline_id)
    join lateral (
        select
            r.id,
            r.entered_stage_at
        from lifecycle_record r
        where
            r.workspace_id = %(workspace)s and r.stage_id = seam.trigger_id
            and (not seam.is_closed or seam.since is null or r.entered_stage_at >= seam.since)
        order by r.id
        offset 0
    ) r on true
    left join lateral (
        select true as is_there
        from handoffs_handoff h
        where
            h.workspace_id = %(workspace)s and h.record_id = r.id and h.seam_id = seam.id
            and (h.state = 'offered' or h.state = 'accepted' and h.answered_at >= r.entered_stage_at)
        limit 1
    ) live on true
    left join lateral (
        select
            h.state,
            h.answered_at
        from handoffs_handoff h
        where
            live.is_there is null and h.workspace_id = %(workspace)s and h.record_id = r.id and h.seam_id = seam.id
            and h.answered_at >= r.entered_stage_at
        order by h.offered_at desc, h.answered_at desc
        limit 1
    ) last on true
    left join lateral (
        select true as is_it
        from lifecycle_stagestay y
        where
            live.is_there is null and seam.is_closed and y.workspace_id = %(workspace)s and y.record_id = r.id
            and y.exited_at is null and y.cause = 'history'
        limit 1
    ) testimony on true
    left join lateral (
        select true as is_there
        from lifecycle_record after
        where
            live.is_there is null and after.workspace_id = %(workspace)s and after.origin_id = r.id
            and after.pipeline_id = seam.next_pipeline_id
        limit 1
    ) follower on true
    where live.is_there is null and testimony.is_it is null and follower.is_there is null
),
in_a_queue as (
    select
        1 as rank,
        'handoff' as noun,
        case when a.trace ->> 'matched' is null then 'unmatched' else 'queue' end as cause,
        h.id,
        h.seam_id,
        null::uuid as holder_id,
        coalesce(a.at, h.offered_at) as since
    from handoffs_handoff h
    left join handoffs_assignment a on a.workspace_id = %(workspace)s and a.handoff_id = h.id and a.ended_at is null
    where h.workspace_id = %(workspace)s and h.assignee_id is null and h.state = 'offered'
),
with_who_cannot_answer as (
    select
        2 as rank,
        'handoff' as noun,
        unable.cause,
        h.id,
        h.seam_id,
        h.assignee_id as holder_id,
        greatest(h.offered_at, unable.since) as since
    from unable
    join lateral (
        select
            h.id,
            h.seam_id,
            h.assignee_id,
            h.offered_at
        from handoffs_handoff h
        where h.workspace_id = %(workspace)s and h.assignee_id = unable.id and h.state = 'offered'
        offset 0
    ) h on true
),
with_who_is_away as (
    select
        3 as rank,
        'handoff' as noun,
        'absent' as cause,
        h.id,
        h.seam_id,
        h.assignee_id as holder_id,
        greatest(h.offered_at, away.since) as since
    from (
        select
            o.member_id,
            min(o.starts_at) as since,
            max(o.ends_at) as until
        from workspaces_timeoff o
        where o.workspace_id = %(workspace)s and o.starts_at <= %(at)s and o.ends_at > %(at)s
        group by o.member_id
    ) away
    join lateral (
        select
            h.id,
            h.seam_id,
            h.assignee_id,
            h.offered_at
        from handoffs_handoff h
        where
            h.workspace_id = %(workspace)s and h.assignee_id = away.member_id and h.state = 'offered'
            and h.due_at < away.until
        offset 0
    ) h on true
),
-- Given by turn to somebody who sits on that side no longer; who got it by hand or by name needs no seat.
without_a_seat as (
    select
        4 as rank,
        'handoff' as noun,
        'lost_seat' as cause,
        h.id,
        h.seam_id,
        h.assignee_id as holder_id,
        a.at as since
    from (
        select
            m.id,
            side.to_function
        from workspaces_member m
        cross join (select distinct to_function from handoffs_seam where workspace_id = %(workspace)s) side
        where
            m.workspace_id = %(workspace)s and m.is_active
            and not exists (
                select from workspaces_teamseat w
                join workspaces_team t on t.workspace_id = w.workspace_id and t.id = w.team_id
                where w.workspace_id = %(workspace)s and w.member_id = m.id and t.function = side.to_function
            )
            and not exists (
                select from workspaces_team t
                where t.workspace_id = %(workspace)s and t.manager_id = m.id and t.function = side.to_function
            )
        offset 0
    ) outside
    join lateral (
        select
            h.id,
            h.seam_id,
            h.assignee_id
        from handoffs_handoff h
        where h.workspace_id = %(workspace)s and h.assignee_id = outside.id and h.state = 'offered'
        order by h.id
        offset 0
    ) h on true
    join handoffs_seam s on s.workspace_id = %(workspace)s and s.id = h.seam_id and s.to_function = outside.to_function
    join handoffs_assignment a
        on a.workspace_id = %(workspace)s and a.handoff_id = h.id and a.ended_at is null
        and a.pool_id is not null and a.cause in ('routed', 'ladder', 'drained')
),
ladder_ended as (
    select
        5 as rank,
        'handoff' as noun,
        'ladder_ended' as cause,
        h.id,
        h.seam_id,
        h.assignee_id as holder_id,
        h.due_at as since
    from handoffs_clock c
    join handoffs_handoff h on h.workspace_id = %(workspace)s and h.id = c.handoff_id and h.state = 'offered'
    where
        c.workspace_id = %(workspace)s and c.kind = 'answer' and c.stopped_at is null and c.next_rung_at is null
),
tasks_of_who_cannot_act as (
    select
        6 as rank,
        'task' as noun,
        unable.cause,
        k.id,
        h.seam_id,
        k.assignee_id as holder_id,
        greatest(k.created_at, unable.since) as since
    from unable
    join lateral (
        select * from handoffs_task k
        where k.workspace_id = %(workspace)s and k.assignee_id = unable.id and k.done_at is null
        offset 0
    ) k on true
    left join handoffs_handoff h on h.workspace_id = k.workspace_id and h.id = k.handoff_id
    where unable.cause <> 'role'
),
tasks_of_nobody as (
    select
        6 as rank,
        'task' as noun,
        'no_owner' as cause,
        k.id,
        h.seam_id,
        null::uuid as holder_id,
        k.created_at as since
    from handoffs_task k
    left join handoffs_handoff h on h.workspace_id = k.workspace_id and h.id = k.handoff_id
    where k.workspace_id = %(workspace)s and k.assignee_id is null and k.done_at is null
),
records_of_who_cannot_act as (
    select
        7 as rank,
        'record' as noun,
        unable.cause,
        r.id,
        null::uuid as seam_id,
        r.owner_id as holder_id,
        greatest(r.entered_stage_at, unable.since) as since
    from unable
    join lateral (
        select
            r.id,
            r.owner_id,
            r.entered_stage_at
        from lifecycle_record r
        where r.workspace_id = %(workspace)s and r.owner_id = unable.id and r.stage_id = any(%(open_stages)s)
        offset 0
    ) r on true
),
-- Only where a team has taken over: before the first handoff nobody needs to own a lead, and at a seam the handoff says
-- whose it is.
records_of_nobody as (
    select
        7 as rank,
        'record' as noun,
        'no_owner' as cause,
        r.id,
        null::uuid as seam_id,
        null::uuid as holder_id,
        r.entered_stage_at as since
    from unnest(%(owned_stages)s::uuid[]) stage (id)
    join lateral (
        select
            r.id,
            r.entered_stage_at
        from lifecycle_record r
        where r.workspace_id = %(workspace)s and r.owner_id is null and r.stage_id = stage.id
        offset 0
    ) r on true
)
select distinct on (found.noun, found.id) found.*
from (
    select * from at_a_seam
    union all
    select * from in_a_queue
    union all
    select * from with_who_cannot_answer
    union all
    select * from with_who_is_away
    union all
    select * from without_a_seat
    union all
    select * from ladder_ended
    union all
    select * from tasks_of_who_cannot_act
    union all
    select * from tasks_of_nobody
    union all
    select * from records_of_who_cannot_act
    union all
    select * from records_of_nobody
) found
order by found.noun, found.id, found.rank
